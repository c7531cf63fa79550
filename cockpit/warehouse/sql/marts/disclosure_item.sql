-- One row per item of public disclosure; made public again every year where the list says nothing else.
select
    code,
    name,
    coalesce(category, '') as category,
    coalesce(interval_days, 365) as interval_days,
from stg_disclosure_item
order by code
