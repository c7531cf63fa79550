-- One row per alert in scope with the texts that a search looks into.
select
    rowid as position,
    id,
    search,
from snapshot.alert
where in_scope(region_code, industry_code, unit_id)
