-- One row per level, region, month of receipt, industry and single unit in scope; '' for no unit.
select
    level,
    region_code,
    parent,
    month,
    industry_code,
    unit_id,
    complaint_count,
    closed_count,
    due_count,
    on_time_count,
    overdue_count,
    rated_count,
    satisfied_count,
    handling_days_sum,
    repeat_count,
from snapshot.complaint_month
where
    unit_id <> '*'
    and in_scope(region_code, industry_code, unit_id)
