-- One row per alert in scope with its subject, and the texts that a search looks into.
select
    rowid as position,
    id,
    subject,
    search,
from snapshot.alert
where in_scope(region_code, industry_code, unit_id)
