-- One row per document in scope.
select
    id,
    region_code,
    industry_code,
    unit_id,
    kind,
    title,
    issued_on,
    due_on,
    replied_on,
    alert_id,
    is_replied,
    is_overdue,
    is_late,
from snapshot.supervision_document
where in_scope(region_code, industry_code, unit_id)
