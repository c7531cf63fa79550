-- One row per collective asset in scope.
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
    kind,
    area,
    lessee,
    lease_from,
    lease_to,
    rent_due,
    rent_paid,
    day,
    is_in_period,
    is_late_entry,
    is_running,
    is_due_soon,
    is_idle,
    arrears,
from snapshot.asset
where in_scope(region_code, null, null)
