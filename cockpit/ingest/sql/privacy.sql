-- Macros that take people out of values before anything is stored.

-- HMAC-SHA256 (RFC 2104) over the two padded keys that the session sets.
create or replace temp macro pseudonym(v) as sha256(
    getvariable('pseudonym_outer') || unhex(sha256(getvariable('pseudonym_inner') || encode(v)))
);

create or replace temp macro mask_name(v) as left(v, 1) || '**';

-- Weights of a run of digits from the right: every second digit doubled, its digits summed (ISO/IEC 7812-1).
create or replace temp macro is_luhn(digits) as list_sum(list_transform(
    string_split(reverse(digits), ''),
    lambda d, i: case when i % 2 = 1 then d::integer else d::integer * 2 - case when d >= '5' then 9 else 0 end end
)) % 10 = 0;

create or replace temp macro mask_cards(v) as list_reduce(
    list_filter(
        regexp_extract_all(v, '(?:^|[^0-9])([3-6][0-9]{3}(?:[ -]?[0-9]{4}){2,3}(?:[ -]?[0-9]{1,4})?)', 1),
        lambda run: length(regexp_replace(run, '[ -]', '', 'g')) between 15 and 19
            and (starts_with(run, '62') or is_luhn(regexp_replace(run, '[ -]', '', 'g')))
    ),
    lambda text, run: replace(text, run, '[银行卡]'),
    v
);

-- RE2 has no look-around: neighbours are captured and put back, and the macro is applied twice for runs
-- that share a neighbour.
create or replace temp macro mask_numbers_once(v) as regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    v,
    '(^|[^0-9])[1-9][0-9]{5} ?(?:18|19|20)[0-9]{2} ?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]) ?[0-9]{3}[0-9Xx]($|[^0-9])',
    '\1[身份证号]\2', 'g'),
    '(^|[^0-9])[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}($|[^0-9])',
    '\1[身份证号]\2', 'g'),
    '(^|[^0-9.])(?:(?:[+]|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}($|[^0-9.元万亿]|[.]$|[.][^0-9])',
    '\1[电话]\2', 'g'),
    '(^|[^0-9.])(?:[(（]0[1-9][0-9]{1,2}[)）][ -]?|0[1-9][0-9]{1,2}[-－—– ]{0,3})[2-9][0-9]{6,7}(?:[-－转][0-9]{1,6})?($|[^0-9元万亿])',
    '\1[电话]\2', 'g');

create or replace temp macro mask_numbers(v) as regexp_replace(
    mask_numbers_once(mask_numbers_once(v)),
    '((?:电话|手机|座机|联系方式|微信|QQ|qq)(?:号码|号)?[是为:： ]{0,3})[0-9]{3,4}[ -]?[0-9]{3,4}[0-9]{0,4}', '\1[电话]', 'g'
);

create or replace temp macro mask_mail(v) as regexp_replace(
    v, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+', '[邮箱]', 'g'
);

-- A person the row itself names, wherever the text names them too.
create or replace temp macro hide(v, person) as case
    when length(person) >= 2 and contains(v, person) then replace(v, person, mask_name(person))
    else v
end;

create or replace temp macro redact(v) as case
    when regexp_matches(v, '[0-9][0-9 ()（）－—-]{5}|@')
        then mask_numbers(mask_cards(mask_mail(v)))
    else v
end;

-- Bare numbers long enough to be masked become strings first, so that the JSON stays JSON.
create or replace temp macro redact_json(v) as case
    when redact(v) = v then v
    else redact(regexp_replace(v, '([:\[,]\s*)([0-9]{11,19})(\s*[,}\]])', '\1"\2"\3', 'g'))
end;
