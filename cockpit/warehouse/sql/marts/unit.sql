-- One row per supervised body.
select
    id,
    name,
    kind,
    region_code,
from stg_unit
order by id
