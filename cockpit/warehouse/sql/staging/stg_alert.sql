-- One row per alert.
select
    id,
    raised_at,
    model,
    module,
    level as alert_level,
    source,
    region_code,
    industry_code,
    unit_id,
    title,
    subject,
    subject_name,
    amount,
    evidence,
    due_at,
    updated_at,
from raw.alert
