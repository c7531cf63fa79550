-- One row per alert on one page of those that match; `fetch_page` puts the order chosen for this one.
-- The page is found on narrow rows; names and the other columns are looked up for it alone.
with listed as (
    select
        id,
        region_code,
        raised_at,
    from
        alert_match(
            $region_low, $region_high, $since, $until, $industry, $level, $stage, $state, $handler, $search
        )
    order by raised_at desc nulls last, id desc
    limit $rows offset $skipped
)

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
    c.handler,
    c.version,
    r.full_name as region_name,
    i.name as industry_name,
    u.name as unit_name,
from alert as c
semi join listed as l
    on c.id = l.id and c.region_code = l.region_code and c.raised_at = l.raised_at
left join region as r on c.region_code = r.code
left join industry as i on c.industry_code = i.code
left join unit as u on c.unit_id = u.id
order by raised_at desc nulls last, id desc
