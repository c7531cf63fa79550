-- One row per complaint in scope, stage and time.
select
    complaint_id,
    region_code,
    industry_code,
    scope_unit_id,
    stage,
    "at",
    unit_id,
    note,
from snapshot.complaint_event
where in_scope(region_code, industry_code, scope_unit_id)
