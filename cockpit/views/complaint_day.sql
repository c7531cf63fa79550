-- One row per level (no towns, no villages), region, day of receipt and industry, for scopes over all units.
select
    level,
    region_code,
    parent,
    day,
    industry_code,
    unit_id,
    complaint_count,
from snapshot.complaint_day
where in_scope_count(region_code, industry_code, unit_id)
