-- One row per region of a level in the focus.
select
    code,
    name,
    full_name,
    level,
    parent,
    population,
    households,
    longitude,
    latitude,
from region
where
    level = $region_level
    and code between $region_low and $region_high
    and len(list_filter($spans, lambda span: code between span['low'] and span['high'])) > 0
order by code
