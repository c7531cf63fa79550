-- One row per complaint in scope, stage and time, with the days stayed in the stage.
select
    complaint_id,
    region_code,
    industry_code,
    scope_unit_id,
    stage,
    "at",
    unit_id,
    note,
    received_at,
    stay_days,
    is_left,
from snapshot.complaint_event
where in_scope(region_code, industry_code, scope_unit_id)
