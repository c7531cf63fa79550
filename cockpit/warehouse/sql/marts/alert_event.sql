-- One row per alert, stage and time.
select
    event.alert_id,
    alert.region_code,
    alert.industry_code,
    alert.unit_id as scope_unit_id,
    event.stage,
    event.at,
    event.unit_id,
    event.finding,
    event.disposition,
    event.four_form,
    event.persons,
    event.recovered,
    event.note,
from stg_alert_event as event
left join stg_alert as alert
    on event.alert_id = alert.id
order by alert.region_code, event.alert_id, event.at
