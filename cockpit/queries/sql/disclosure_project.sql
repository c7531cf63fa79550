-- One row per village project between two codes that is open or began since a day, the newest first.
-- Neither the contractor nor the id, by which other records could be found.
select
    region_code,
    title,
    day,
    stage,
    estimate,
    contract_amount,
    paid_amount,
    progress,
from village_project
where
    region_code between $code_low and $code_high
    and (is_open or day >= cast($since as date))
order by region_code asc, day desc nulls last, title asc
