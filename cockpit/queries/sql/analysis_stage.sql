-- One row per group, stage, whole days in it and whether it was left; of open ones until the data date.
select
    case
        when $by = 'region' then left(region_code, $prefix)
        when $by = 'unit' then coalesce(scope_unit_id, '')
        when $by = 'industry' then coalesce(industry_code, '')
        else ''
    end as part,
    stage as span,
    cast(floor(stay_days) as integer) as days,
    is_left as is_over,
    count(*) as complaint_count,
from complaint_event
where
    region_code between $region_low and $region_high
    and received_at >= $since
    and received_at < $until
    and stay_days is not null
    and ($industry is null or coalesce(industry_code, '') = $industry)
group by all
