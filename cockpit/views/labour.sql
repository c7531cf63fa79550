-- One row per person and day of work for a village in scope.
-- Records name no industry and no unit: only scopes over all of them see any.
select
    id,
    region_code,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    person,
    worked_on,
    hours,
    pay,
    is_cadre,
    day,
    is_in_period,
    is_late_entry,
from snapshot.labour
where in_scope(region_code, null, null)
