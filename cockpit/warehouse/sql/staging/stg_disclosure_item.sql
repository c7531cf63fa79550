-- One row per item of public disclosure.
select
    code,
    name,
    category,
    interval_days,
    updated_at,
from raw.disclosure_item
