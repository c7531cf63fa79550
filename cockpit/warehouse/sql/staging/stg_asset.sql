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
    kind,
    area,
    lessee,
    lease_from,
    lease_to,
    rent_due,
    rent_paid,
    updated_at,
from raw.asset
