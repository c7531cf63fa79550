-- One row per supervised body.
select
    id,
    name,
    kind,
    region_code,
    updated_at,
from raw.unit
