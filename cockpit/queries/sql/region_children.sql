-- One row per child of a region in scope.
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
    parent = $focus
    and code between $region_low and $region_high
order by code
