-- One row per root of the focus, month and industry code, and per part now; whole months only, in one scan.
select
    region_code,
    case when len($roots) > 1 or region_code = $focus then month end as month,
    case when len($roots) > 1 or region_code = $focus then industry_code end as industry_code,
    cast(sum(complaint_count) as bigint) as complaint_count,
    cast(sum(closed_count) as bigint) as closed_count,
    cast(sum(due_count) as bigint) as due_count,
    cast(sum(on_time_count) as bigint) as on_time_count,
    cast(sum(overdue_count) as bigint) as overdue_count,
    cast(sum(rated_count) as bigint) as rated_count,
    cast(sum(satisfied_count) as bigint) as satisfied_count,
    cast(sum(handling_days_sum) as double) as handling_days_sum,
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
