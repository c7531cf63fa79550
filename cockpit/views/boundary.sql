-- One row per region in scope that has a boundary.
select
    region_code,
    level,
    parent,
    geometry,
from snapshot.boundary
where region_in_scope(region_code)
