-- One row per alert of some in scope, with the names of its place, industry and unit.
-- For a few, `fetch_rows` puts their ids in place of the list, so that the scan itself finds them.
select
    c.id,
    c.region_code,
    c.industry_code,
    c.unit_id,
    c.alert_level,
    c.model,
    c.module,
    c.source,
    c.title,
    c.subject_name,
    c.amount,
    c.stage,
    c.stage_at,
    c.raised_at,
    c.due_at,
    c.finding,
    c.disposition,
    c.four_form,
    c.persons,
    c.recovered,
    c.is_open,
    c.is_overdue,
    c.is_stuck,
    c.has_conflict,
    c.is_urged,
    c.extension_by,
    c.extension_days,
    c.handler,
    c.version,
    r.full_name as region_name,
    i.name as industry_name,
    u.name as unit_name,
from alert as c
left join region as r on c.region_code = r.code
left join industry as i on c.industry_code = i.code
left join unit as u on c.unit_id = u.id
where
    c.region_code between $region_low and $region_high
    and c.raised_at between $since and $until
    and c.id in (
        select listed.id,
        from unnest($ids) as listed (id)
    )
