-- One row per problem list, campaign or rule; `entered_on` is the day it counts under, the first date known.
select
    rectification.id,
    rectification.region_code,
    rectification.industry_code,
    rectification.unit_id,
    rectification.kind,
    coalesce(rectification.level, region.level) as level,
    rectification.title,
    coalesce(
        rectification.started_on,
        rectification.completed_on,
        rectification.due_on,
        cast(rectification.updated_at as date)
    ) as entered_on,
    rectification.started_on,
    rectification.due_on,
    rectification.completed_on,
    rectification.result,
    rectification.completed_on is not null as is_completed,
    coalesce(
        rectification.completed_on is null and rectification.due_on < cast(build.as_of as date), false
    ) as is_overdue,
from stg_rectification as rectification
cross join build
left join stg_region as region
    on rectification.region_code = region.code
order by rectification.region_code, entered_on, rectification.id
