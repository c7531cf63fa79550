-- One row per whole days from a closing and whether the complaint has come back by then.
with back as (
    select
        repeat_of as id,
        industry_code,
        min(days_since_closure) as days,
    from complaint_repeat
    where
        region_code between $region_low and $region_high
        and repeat_of is not null
    group by repeat_of, industry_code
)

select
    '' as part,
    'return' as span,
    cast(floor(coalesce(k.days, date_diff('second', c.closed_at, b.as_of) / 86400)) as integer) as days,
    k.id is not null as is_over,
    count(*) as complaint_count,
from complaint as c
cross join build as b
left join back as k
    on c.id = k.id and c.industry_code is not distinct from k.industry_code
where
    c.is_closed
    and c.region_code between $region_low and $region_high
    and c.received_at >= $since
    and c.received_at < $until
    and ($industry is null or coalesce(c.industry_code, '') = $industry)
group by all
