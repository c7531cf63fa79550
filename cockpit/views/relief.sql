-- One row per payment of relief in scope.
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
    scheme,
    recipient,
    household_size,
    day,
    is_in_period,
    is_late_entry,
    is_overlap,
from snapshot.relief
where in_scope(region_code, null, null)
