-- One row per county (or what is above), month of receipt, industry, unit ('': none), days and whether
-- closed.
-- Days are whole ones, from receipt to closing, or to the data date while open.
select
    region_code,
    month,
    industry_code,
    unit_id,
    days,
    is_closed,
    complaint_count,
from snapshot.complaint_duration_unit
where in_scope(region_code, industry_code, unit_id)
