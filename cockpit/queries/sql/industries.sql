-- One row per industry.
select
    code,
    name,
from industry
order by code
