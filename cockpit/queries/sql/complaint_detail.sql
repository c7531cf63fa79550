-- One row: a complaint in scope, with the names of its place, industry and unit.
select
    c.id,
    c.region_code,
    r.full_name as region_name,
    c.industry_code,
    i.name as industry_name,
    c.unit_id,
    u.name as unit_name,
    c.received_at,
    c.category,
    c.channel,
    c.subject,
    c.text,
    c.place,
    c.stage,
    c.due_at,
    c.closed_at,
    c.is_closed,
    c.is_on_time,
    c.is_overdue,
    c.handling_days,
    c.satisfaction,
    c.outcome,
from complaint as c
left join region as r on c.region_code = r.code
left join industry as i on c.industry_code = i.code
left join unit as u on c.unit_id = u.id
where c.id = $id
