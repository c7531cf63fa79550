-- One row per unit the scope may name.
select
    id,
    name,
    kind,
    region_code,
from unit
order by name, id
