-- One row per problem list, campaign or rule of a region and its parts: overdue first, then open ones.
select
    told.id,
    told.kind,
    told.region_code,
    place.name as region_name,
    unit.name as unit_name,
    told.title,
    told.started_on,
    told.due_on,
    told.completed_on,
    told.result,
    told.is_completed,
    told.is_overdue,
from rectification as told
left join region as place on told.region_code = place.code
left join unit on told.unit_id = unit.id
where told.region_code between $region_low and $region_high
order by told.is_overdue desc, told.is_completed asc, told.due_on asc nulls last, told.id asc
