-- One row per root of the focus, month and industry, and one per part and month.
-- Each half is pruned by its own keys.
select
    region_code,
    false as is_part,
    month,
    industry_code,
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
    level between $root_level_low and $root_level_high
    and region_code between $root_low and $root_high
    and list_contains($roots, region_code)
    and ($industry is null or industry_code = $industry)
group by region_code, month, industry_code
union all
select
    region_code,
    true as is_part,
    month,
    null as industry_code,
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
    level between $part_level_low and $part_level_high
    and parent = $focus
    and ($industry is null or industry_code = $industry)
group by region_code, month
