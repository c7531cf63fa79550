-- One row per region of a level in the focus with complaints in whole months, one ('') for the whole focus.
select
    region_code as area,
    sum(complaint_count) as complaint_count,
    sum(closed_count) as closed_count,
    sum(due_count) as due_count,
    sum(on_time_count) as on_time_count,
    sum(overdue_count) as overdue_count,
    sum(rated_count) as rated_count,
    sum(satisfied_count) as satisfied_count,
    sum(handling_days_sum) as handling_days_sum,
    sum(repeat_count) as repeat_count,
from complaint_month
where
    level = $region_level
    and region_code between $region_low and $region_high
    and month >= cast($since as date)
    and month < cast($until as date)
    and ($industry is null or industry_code = $industry)
group by region_code
union all
select
    '' as area,
    sum(complaint_count) as complaint_count,
    sum(closed_count) as closed_count,
    sum(due_count) as due_count,
    sum(on_time_count) as on_time_count,
    sum(overdue_count) as overdue_count,
    sum(rated_count) as rated_count,
    sum(satisfied_count) as satisfied_count,
    sum(handling_days_sum) as handling_days_sum,
    sum(repeat_count) as repeat_count,
from complaint_month
where
    level between $level_low and $level_high
    and region_code between $area_low and $area_high
    and list_contains($areas, region_code)
    and month >= cast($since as date)
    and month < cast($until as date)
    and ($industry is null or industry_code = $industry)
having count(*) > 0
