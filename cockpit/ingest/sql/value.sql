-- Macros that turn source text into typed values; null where the text is none.

create or replace temp macro white_space() as
concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160), chr(12288), chr(65279));

-- Trimming is dear and rarely needed: the ends are looked at first.
create or replace temp macro clean(v) as case
    when
        v < '!' or ends_with(v, ' ') or ends_with(v, chr(13)) or ends_with(v, chr(10)) or ends_with(v, chr(9))
        or ends_with(v, chr(160)) or ends_with(v, chr(12288))
        or (
            v >= chr(160)
            and (starts_with(v, chr(160)) or starts_with(v, chr(12288)) or starts_with(v, chr(65279)))
        )
        then nullif(trim(v, white_space()), '')
    else v
end;

-- Shapes that only Chinese exports, Excel and computers write; a day is never guessed from its place.
create or replace temp macro parse_odd_timestamp(v) as case
    when regexp_full_match(v, '.*[0-9]:[0-9]{2}.*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)')
        then timezone('Asia/Shanghai', try_cast(v as timestamptz))
    when contains(v, '年')
        then try_cast(
            rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                v, '\s*[年月]\s*', '-', 'g'
            ), '\s*[日号]\s*', ' ', 'g'), '\s*[时点分:：]\s*', ':', 'g'), '秒', '', 'g'),
            ' :') as timestamp
        )
    when regexp_full_match(v, '[0-9]{8}') then try_strptime(v, '%Y%m%d')
    when regexp_full_match(v, '[0-9]{14}') then try_strptime(v, '%Y%m%d%H%M%S')
    when regexp_full_match(v, '[0-9]{5}([.][0-9]+)?')
        then timestamp '1899-12-30' + to_seconds(round(try_cast(v as double) * 86400))
    when regexp_full_match(v, '[0-9]{4}[.][0-9]{1,2}[.][0-9]{1,2}([ T].*)?')
        then try_cast(regexp_replace(v, '^([0-9]{4})[.]([0-9]{1,2})[.]', '\1-\2-') as timestamp)
    when regexp_full_match(v, '[0-9]{4}[-/].*[AaPp][Mm]')
        then try_strptime(replace(upper(v), '/', '-'), ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])
    when regexp_full_match(v, '[0-9]{4}[-/].*') then try_cast(v as timestamp)
end;

-- The cast takes year-first shapes without a zone; the length and the sign keep zones out of it.
create or replace temp macro parse_timestamp(v) as coalesce(
    case
        when strlen(v) <= 19 and v >= '1' and v < '3' and not contains(v, '+') and not ends_with(v, 'Z')
            then try_cast(v as timestamp)
    end,
    parse_odd_timestamp(v)
);

create or replace temp macro parse_number(v) as (
    case
        when isfinite(coalesce(
            try_cast(v as double),
            try_cast(regexp_replace(v, '[,，¥￥\s]|元$', '', 'g') as double)
        )) then coalesce(
            try_cast(v as double),
            try_cast(regexp_replace(v, '[,，¥￥\s]|元$', '', 'g') as double)
        )
    end
);

create or replace temp macro parse_integer(v) as (
    case
        when regexp_full_match(v, '[+-]?[0-9]{1,18}') then try_cast(v as bigint)
        when parse_number(v) = trunc(parse_number(v)) and abs(parse_number(v)) < 9e15
            then try_cast(parse_number(v) as bigint)
    end
);

create or replace temp macro parse_boolean(v) as case
    when lower(v) in ('是', '有', '对', 'true', 't', 'yes', 'y', '1', '√') then true
    when lower(v) in ('否', '无', '不是', '没有', 'false', 'f', 'no', 'n', '0', '×') then false
end;

-- A code of 2, 4, 6, 9 or 12 digits stands for the same region.
create or replace temp macro parse_region(v) as (
    case
        when strlen(v) not in (2, 4, 6, 9, 12) or not regexp_full_match(v, '[0-9]+') then null
        when strlen(v) = 12 then v
        else rpad(v, 12, '0')
    end
);

-- What opens as a formula in a spreadsheet is kept from doing so.
create or replace temp macro inert(v) as (
    case
        when regexp_matches(v, '^[=+@\t\r\n-]') and not regexp_matches(v, '^-[0-9.,]+$') then '''' || v
        else v
    end
);
