-- One row per item of public disclosure.
select
    code,
    name,
    category,
    interval_days,
from disclosure_item
order by code
