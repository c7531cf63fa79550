-- One row per region whose name the scope may know.
select
    code,
    name,
    full_name,
    level,
    parent,
from region
order by code
