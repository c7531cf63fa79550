-- One row per region, industry and unit that a person may know the name of; of a region the whole path.
select
    'region' as kind,
    code,
    full_name as name,
from region
union all
select
    'industry' as kind,
    code,
    name,
from industry
union all
select
    'unit' as kind,
    id as code,
    name,
from unit
