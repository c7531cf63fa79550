-- One row per region of the scope itself.
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
where list_contains($roots, code)
order by code
