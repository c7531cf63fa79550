-- One row per note on the rating of a unit or region.
select
    id,
    region_code,
    unit_id,
    kind,
    record,
    decided_by,
    decided_on,
    expires_on,
    updated_at,
from raw.rating_note
