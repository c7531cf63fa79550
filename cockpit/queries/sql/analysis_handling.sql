-- One row per group, whole days and whether the complaint is closed; days of open ones run to the data date.
select
    case
        when $by = 'region' then left(c.region_code, $prefix)
        when $by = 'unit' and ($units is null or list_contains($units, coalesce(c.unit_id, '')))
            then coalesce(c.unit_id, '')
        when $by = 'unit' then '~'
        when $by = 'industry' then coalesce(c.industry_code, '')
        else ''
    end as part,
    'whole' as span,
    cast(
        floor(coalesce(c.handling_days, date_diff('second', c.received_at, b.as_of) / 86400)) as integer
    ) as days,
    c.is_closed as is_over,
    count(*) as complaint_count,
from complaint as c
cross join build as b
where
    c.region_code between $region_low and $region_high
    and c.received_at >= $since
    and c.received_at < $until
    and ($industry is null or coalesce(c.industry_code, '') = $industry)
group by all
