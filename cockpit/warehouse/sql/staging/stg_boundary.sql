-- One row per region with a boundary.
select
    region_code,
    geometry,
from raw.boundary
