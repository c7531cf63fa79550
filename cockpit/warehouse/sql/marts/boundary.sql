-- One row per region with a boundary.
select
    boundary.region_code,
    region.level,
    region.parent,
    boundary.geometry,
from stg_boundary as boundary
inner join stg_region as region
    on boundary.region_code = region.code
order by region.level, boundary.region_code
