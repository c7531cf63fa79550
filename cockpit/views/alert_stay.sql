-- One row per alert in scope and stage it has gone on from, as its sources tell.
select
    region_code,
    industry_code,
    unit_id,
    raised_at,
    alert_level,
    stage,
    days,
from snapshot.alert_stay
where in_scope(region_code, industry_code, unit_id)
