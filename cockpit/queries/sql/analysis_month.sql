-- One row per month of the roots of the focus and of its parts, and per industry where that is asked for.
select
    month,
    case when $by = 'industry' then industry_code end as industry_code,
    case when $by = 'region' then region_code end as region_code,
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
    and ($industry is null or industry_code = $industry)
group by all
order by all
