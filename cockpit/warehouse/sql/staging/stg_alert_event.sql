-- One row per alert, stage and time.
select
    event.alert_id,
    event.stage,
    event.at,
    event.unit_id,
    event.finding,
    event.disposition,
    event.four_form,
    event.persons,
    event.recovered,
    event.note,
    event.updated_at,
from raw.alert_event as event
