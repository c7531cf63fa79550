-- One row: an alert in scope, with its evidence and the names of its place, industry and unit.
select
    a.id,
    a.region_code,
    r.full_name as region_name,
    a.industry_code,
    i.name as industry_name,
    a.unit_id,
    u.name as unit_name,
    a.raised_at,
    a.model,
    a.module,
    a.alert_level,
    a.source,
    a.title,
    a.subject,
    a.subject_name,
    a.amount,
    a.evidence,
    a.due_at,
    a.stage,
    a.stage_at,
    a.finding,
    a.disposition,
    a.four_form,
    a.persons,
    a.recovered,
    a.is_open,
    a.is_overdue,
from alert as a
left join region as r on a.region_code = r.code
left join industry as i on a.industry_code = i.code
left join unit as u on a.unit_id = u.id
where a.id = $id
