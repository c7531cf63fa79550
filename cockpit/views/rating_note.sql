-- One row per veto, cap or appeal on the rating of a place or unit in scope.
select
    id,
    kind,
    code,
    region_code,
    note_kind,
    record,
    decided_by,
    decided_on,
    expires_on,
from snapshot.rating_note
where in_scope(region_code, null, unit_id)
