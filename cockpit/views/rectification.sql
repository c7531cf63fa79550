-- One row per problem list, campaign or rule in scope.
select
    id,
    region_code,
    industry_code,
    unit_id,
    kind,
    level,
    title,
    entered_on,
    started_on,
    due_on,
    completed_on,
    result,
    is_completed,
    is_overdue,
from snapshot.rectification
where in_scope(region_code, industry_code, unit_id)
