-- One row per place or unit of a month: the one asked for, or all of a level.
select base.*
from rating_base as base
where
    base.month = cast($month as date)
    and (base.code = $code or ($code is null and base.level = $rated_level))
    and base.region_code between $region_low and $region_high
order by base.code
