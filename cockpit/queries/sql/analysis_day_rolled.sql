-- One row per day with complaints in the roots of the focus and in its parts, and industry, as asked for.
select
    day,
    case when $by = 'industry' then industry_code end as industry_code,
    case when $by = 'region' then region_code end as region_code,
    sum(complaint_count) as complaint_count,
from complaint_day
where
    level between $level_low and $level_high
    and region_code between $area_low and $area_high
    and list_contains($areas, region_code)
    and day >= cast($since as date)
    and day < cast($until as date)
    and ($industry is null or industry_code = $industry)
group by all
