-- One row per step of an alert in scope, in order of time.
select
    e.stage,
    e."at",
    e.unit_id,
    u.name as unit_name,
    e.finding,
    e.disposition,
    e.four_form,
    e.persons,
    e.recovered,
    e.note,
from alert_event as e
left join unit as u on e.unit_id = u.id
where e.alert_id = $id
order by e."at", e.stage
