-- One row per place, topic, month and unit in scope; `cell` numbers place and topic.
select
    region_code,
    industry_code,
    unit_id,
    month,
    cell,
    has_parts,
    complaint_count,
    repeat_count,
from snapshot.complaint_topic
where in_scope_count(region_code, industry_code, unit_id)
