-- One row per root of the focus and per part of it: red alerts raised in whole months that are still open.
select
    region_code,
    sum(open_count) as open_count,
from alert_month
where
    level between $level_low and $level_high
    and region_code between $area_low and $area_high
    and list_contains($areas, region_code)
    and month >= cast($since as date)
    and month < cast($until as date)
    and alert_level = 'red'
    and ($industry is null or industry_code = $industry)
group by region_code
