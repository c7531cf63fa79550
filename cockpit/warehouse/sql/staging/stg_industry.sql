-- One row per industry.
select
    code,
    name,
    updated_at,
from raw.industry
