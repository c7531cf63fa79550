-- One row per purchase of a village in scope.
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
    supplier_code,
    method,
    quotes,
    day,
    is_in_period,
    is_late_entry,
    is_single_source,
from snapshot.procurement
where in_scope(region_code, null, null)
