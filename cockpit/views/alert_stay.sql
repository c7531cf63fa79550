-- One row per alert in scope and stage it has gone on from, as its sources tell or decisions here have it.
-- Decisions lead once one is taken: what sources tell of the time after it is not counted beside them.
select
    told.region_code,
    told.industry_code,
    told.unit_id,
    told.raised_at,
    told.alert_level,
    told.stage,
    told.days,
from snapshot.alert_stay as told
anti join overlay.decided_stay as decided
    on told.id = decided.id and told.left_at > decided.began_at
where in_scope(told.region_code, told.industry_code, told.unit_id)
union all
select
    region_code,
    industry_code,
    unit_id,
    raised_at,
    alert_level,
    stage,
    days,
from overlay.decided_stay
where in_scope(region_code, industry_code, unit_id)
