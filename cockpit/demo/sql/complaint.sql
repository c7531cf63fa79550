-- One row per complaint.
with timed as (
    select
        *,
        -- What a repeat shares with the first complaint is drawn by the number of the first.
        coalesce(parent_n, n) as place_n,
        case when parent_n is not null and draw(n, 'same writer') < 0.6 then parent_n else n end as writer_n,
        coalesce(days, 400) as pace,
        case when after(received_at, days) <= getvariable('as_of') then after(received_at, days) end
            as closed_at,
    from complaint_seed
),

staged as (
    select
        timed.*,
        village.code,
        village.town,
        village.county,
        village.name as village_name,
        village.town_name,
        village.county_name,
        village.population,
        topic.category,
        topic.limit_days,
        1 + pick(timed.place_n, 'group', 9) as group_no,
        case when recurring.t = timed.t then 0 else draw(timed.place_n, 'level') end as level_draw,
        topic.subject[1 + pick(timed.n, 'subject', 2)] as subject_words,
        getvariable('openings')[1 + pick(timed.n, 'opening', 8)]
        || topic.body[1 + pick(timed.n, 'body', 2)]
        || getvariable('closings')[1 + pick(timed.n, 'closing', 8)]
        || case
            when draw(timed.n, 'personal') < 0.03
                then getvariable('personal')[1 + pick(timed.n, 'which personal', 5)]
            else ''
        end as words,
        case
            when
                draw(timed.n, 'rated') < 0.42
                and after(timed.closed_at, 0.3 + 9 * draw(timed.n, 'rated after'))
                <= getvariable('as_of')
                then after(timed.closed_at, 0.3 + 9 * draw(timed.n, 'rated after'))
        end as rated_at,
        case
            when referred_at(timed.n, timed.received_at, timed.pace) > getvariable('as_of') then 'accepted'
            when handling_at(timed.n, timed.received_at, timed.pace) > getvariable('as_of') then 'referred'
            when reviewed_at(timed.n, timed.received_at, timed.pace) > getvariable('as_of') then 'handling'
            else 'reviewed'
        end as open_stage,
    from timed
    inner join village on timed.v = village.v
    inner join topic on timed.t = topic.t
    left join recurring on timed.v = recurring.v and timed.i = recurring.i
)

select
    'TS' || lpad(n::varchar, 9, '0') as id,
    received_at,
    case when level_draw < 0.94 then code when level_draw < 0.99 then town else county end as region_code,
    case
        when level_draw < 0.94 then town_name || village_name || group_no || '组'
        when level_draw < 0.99 then town_name
        else county_name
    end as place,
    lpad((i + 1)::varchar, 2, '0') as industry_code,
    category,
    case
        when draw(n, 'channel') < 0.3 then 'scan'
        when draw(n, 'channel') < 0.52 then 'app'
        when draw(n, 'channel') < 0.67 then 'web'
        when draw(n, 'channel') < 0.85 then 'hotline'
        when draw(n, 'channel') < 0.9 then 'letter'
        else 'visit'
    end as channel,
    unit_id,
    case when draw(n, 'named subject') < 0.5 then village_name else '' end || subject_words as subject,
    format(
        words,
        village_name,
        group_no,
        1 + (month(received_at) + 10 - pick(n, 'month before', 3)) % 12,
        50 * (1 + floor(exp(1.8 + 1.1 * bell(n, 'amount')))::bigint),
        2 + pick(n, 'count', 30),
        person(n, 'named'),
        digits(n, 'digits', 7),
        digits(n, 'digit', 1),
        digits(n, 'four', 4)
    ) as text,
    case
        when draw(writer_n, 'anonymous') > 0.15
            then person(
                v * 100000 + floor(pow(draw(writer_n, 'writer'), 1.5) * population / 25)::bigint, 'writer'
            ) || '1400' || digits(
                v * 100000 + floor(pow(draw(writer_n, 'writer'), 1.5) * population / 25)::bigint, 'phone', 7
            )
    end as writer,
    case
        when rated_at is not null then 'rated' when closed_at is not null then 'replied' else open_stage
    end as stage,
    received_at + to_days(limit_days) as due_at,
    closed_at,
    case
        when rated_at is not null
            then least(5, greatest(1, round(
                4
                - 0.4 * ln(days / 14)
                - case when days > limit_days then 0.8 else 0 end
                + 0.9 * bell(n, 'satisfaction')
            )))::integer
    end as satisfaction,
    case
        when closed_at is null then null
        when draw(n, 'outcome') < 0.35 then 'substantiated'
        when draw(n, 'outcome') < 0.6 then 'partly'
        else 'unsubstantiated'
    end as outcome,
    coalesce(
        rated_at,
        closed_at,
        case open_stage
            when 'accepted' then received_at
            when 'referred' then referred_at(n, received_at, pace)
            when 'handling' then handling_at(n, received_at, pace)
            else reviewed_at(n, received_at, pace)
        end
    ) as updated_at,
from staged
