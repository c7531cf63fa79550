-- One row per alert in scope, stage and time.
select
    alert_id,
    region_code,
    industry_code,
    scope_unit_id,
    stage,
    "at",
    unit_id,
    finding,
    disposition,
    four_form,
    persons,
    recovered,
    note,
from snapshot.alert_event
where in_scope(region_code, industry_code, scope_unit_id)
