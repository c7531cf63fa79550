-- One row per record of the module.
select
    id,
    region_code,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    purpose,
    approver,
    document_no,
    updated_at,
from raw.seal
