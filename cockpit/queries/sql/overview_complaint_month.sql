-- One row per root of the focus, month and industry code, and per part now; whole months only, in one scan.
select
    region_code,
    case when len($roots) > 1 or region_code = $focus then month end as month,
    case when len($roots) > 1 or region_code = $focus then industry_code end as industry_code,
    sum(complaint_count) as complaint_count,
    sum(closed_count) as closed_count,
    sum(due_count) as due_count,
    sum(on_time_count) as on_time_count,
    sum(overdue_count) as overdue_count,
    sum(rated_count) as rated_count,
    sum(satisfied_count) as satisfied_count,
    sum(handling_days_sum) as handling_days_sum,
from complaint_month
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
group by all
