-- One row per complaint, stage and time.
select
    event.complaint_id,
    event.stage,
    event.at,
    event.unit_id,
    event.note,
    event.updated_at,
from raw.complaint_event as event
