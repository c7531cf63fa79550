-- One row per industry.
select
    code,
    name,
from stg_industry
order by code
