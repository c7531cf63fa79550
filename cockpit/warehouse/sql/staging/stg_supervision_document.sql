-- One row per document issued.
select
    id,
    kind,
    region_code,
    industry_code,
    unit_id,
    title,
    issued_on,
    due_on,
    replied_on,
    alert_id,
    updated_at,
from raw.supervision_document
