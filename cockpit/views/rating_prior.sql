-- One row per level, rated month and measure: the mean of all and how strongly it draws.
select
    level,
    month,
    measure,
    mean,
    strength,
from snapshot.rating_prior
where getvariable('scope_sees_cases') and getvariable('scope_low') <= getvariable('scope_high')
