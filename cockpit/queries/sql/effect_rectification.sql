-- One row per problem list, campaign or rule entered in the period, its place, industry and unit named.
select
    c.id,
    c.kind,
    c.level,
    c.region_code,
    c.industry_code,
    r.full_name as region_name,
    i.name as industry_name,
    u.name as unit_name,
    c.title,
    c.entered_on,
    c.started_on,
    c.due_on,
    c.completed_on,
    c.result,
    c.is_completed,
    c.is_overdue,
from rectification as c
left join region as r on c.region_code = r.code
left join industry as i on c.industry_code = i.code
left join unit as u on c.unit_id = u.id
where
    c.region_code between $region_low and $region_high
    and c.entered_on >= cast($since as date)
    and c.entered_on < cast($until as date)
    and (
        $industry is null
        or c.industry_code = $industry
        or ($industry = '' and c.industry_code is null)
    )
order by c.entered_on desc, c.id asc
