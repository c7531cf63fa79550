-- One row per root of the focus, month and alert level and stage, and per part now; whole months only, in one scan.
select
    region_code,
    case when len($roots) > 1 or region_code = $focus then month end as month,
    case when len($roots) > 1 or region_code = $focus then alert_level end as alert_level,
    case when len($roots) > 1 or region_code = $focus then stage end as stage,
    sum(alert_count) as alert_count,
    sum(open_count) as open_count,
    sum(overdue_count) as overdue_count,
    sum(verified_count) as verified_count,
    sum(substantiated_count) as substantiated_count,
    sum(persons_sum) as persons_sum,
    sum(recovered_sum) as recovered_sum,
    coalesce(sum(open_count) filter (where alert_level = 'red'), 0) as red_open_count,
from alert_month
where
    level between $level_low and $level_high
    and region_code between $region_low and $region_high
    and month between $month_low and $month_high
    and (
        region_code = $focus
        or (parent = $focus and month between $now_low and $now_high)
        or (len($roots) > 1 and list_contains($roots, region_code))
    )
    and ($industry is null or industry_code = $industry)
    and ($level is null or alert_level = $level)
group by all
