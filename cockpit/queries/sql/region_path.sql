-- One row per region from the province down to a region in scope, that region included.
select
    code,
    name,
    full_name,
    level,
    parent,
    population,
    households,
    longitude,
    latitude,
    count_children,
from region
where list_contains($path, code)
order by code
