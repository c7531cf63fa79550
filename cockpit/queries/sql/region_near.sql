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
    list_contains($path, code)
    or (code between $region_low and $region_high and (parent = $focus or list_contains($roots, code)))
order by code
