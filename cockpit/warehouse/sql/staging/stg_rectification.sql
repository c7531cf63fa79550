-- One row per problem list, campaign or rule.
select
    id,
    kind,
    level,
    region_code,
    industry_code,
    unit_id,
    title,
    started_on,
    due_on,
    completed_on,
    result,
    updated_at,
from raw.rectification
