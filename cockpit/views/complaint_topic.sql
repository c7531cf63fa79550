-- One row per place, topic, month and unit in scope; `cell` is the place's number × 1,048,576 + the topic's.
select
    region_code,
    industry_code,
    unit_id,
    month,
    cell,
    complaint_count,
    repeat_count,
from snapshot.complaint_topic
where in_scope(region_code, industry_code, unit_id)
