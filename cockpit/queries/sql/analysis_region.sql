-- One row per area ('' the whole focus), period and industry.
select
    area,
    period,
    industry_code,
    sum(complaint_count) as complaint_count,
    sum(closed_count) as closed_count,
    sum(due_count) as due_count,
    sum(on_time_count) as on_time_count,
    sum(overdue_count) as overdue_count,
    sum(rated_count) as rated_count,
    sum(satisfied_count) as satisfied_count,
    sum(handling_days_sum) as handling_days_sum,
    sum(repeat_count) as repeat_count,
from complaint_cell($targets, $edges, $bound)
where $industry is null or industry_code = $industry
group by area, period, industry_code
