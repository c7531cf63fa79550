-- One row per measure: what the places of a level were drawn towards in a month.
select
    measure,
    mean,
    strength,
from rating_prior
where month = cast($month as date) and level = $rated_level
