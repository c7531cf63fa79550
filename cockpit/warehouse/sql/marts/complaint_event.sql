-- One row per complaint, stage and time.
select
    event.complaint_id,
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id as scope_unit_id,
    event.stage,
    event.at,
    event.unit_id,
    event.note,
from stg_complaint_event as event
left join stg_complaint as complaint
    on event.complaint_id = complaint.id
order by complaint.region_code, event.complaint_id, event.at
