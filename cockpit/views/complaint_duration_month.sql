-- One row per level (no towns or villages), region, month, industry, span, whole days and whether it is over.
-- For scopes over all units. A span is whole (receipt to closing), return (closing until it comes back) or a
-- stage (the stay in it).
select
    level,
    region_code,
    parent,
    month,
    industry_code,
    unit_id,
    span,
    days,
    is_over,
    complaint_count,
from snapshot.complaint_duration_month
where in_scope(region_code, industry_code, unit_id)
