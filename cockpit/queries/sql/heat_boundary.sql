-- One row per place asked for that has a boundary.
select
    region_code,
    geometry,
from boundary
where
    region_code between $place_low and $place_high
    and list_contains($places, region_code)
order by region_code
