-- One row per complaint in scope that comes back; the earlier one is named only where it is in scope too.
select
    id,
    region_code,
    industry_code,
    unit_id,
    received_at,
    received_month,
    category,
    case when in_scope(region_code, industry_code, repeat_of_unit_id) then repeat_of end as repeat_of,
    days_since_closure,
    is_same_topic,
    similarity,
    is_same_writer,
from snapshot.complaint_repeat
where in_scope(region_code, industry_code, unit_id)
