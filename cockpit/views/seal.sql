-- One row per use of the village seal in scope.
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
    purpose,
    approver,
    document_no,
    day,
    is_in_period,
    is_late_entry,
    is_unapproved,
    is_unnumbered,
from snapshot.seal
where in_scope(region_code, null, null)
