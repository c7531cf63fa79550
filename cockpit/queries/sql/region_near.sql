-- One row per region of the way to the focus, per root of the scope where it has several, and per part.
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
where
    code in ($path[1], $path[2], $path[3], $path[4], $path[5])
    or (parent = $focus and code between $region_low and $region_high)
    or (len($roots) > 1 and list_contains($roots, code))
order by code
