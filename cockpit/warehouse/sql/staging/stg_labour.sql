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
    person,
    day,
    hours,
    pay,
    is_cadre,
    updated_at,
from raw.labour
