-- One row per region in scope, the children of one parent together in the order of their codes.
select
    code,
    name,
    full_name,
    level,
    coalesce(parent, '') as parent,
    population,
    households,
    longitude,
    latitude,
    count_children,
from region
order by parent, code
