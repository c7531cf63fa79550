-- One row per step of a complaint in scope, in order of time.
select
    e.stage,
    e."at",
    e.unit_id,
    u.name as unit_name,
    e.note,
from complaint_event as e
left join unit as u on e.unit_id = u.id
where e.complaint_id = $id
order by e."at", e.stage
