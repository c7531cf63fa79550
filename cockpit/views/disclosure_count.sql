-- One row per region in scope, from the town up, and item of public disclosure: its villages by state.
select
    level,
    region_code,
    parent,
    item_code,
    village_count,
    public_count,
    late_count,
    missing_count,
from snapshot.disclosure_count
where in_scope(region_code, null, null)
