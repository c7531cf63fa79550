-- One row per person and day of work for a village, of a place known.
with record as (
    select
        id,
        region_code,
        title,
        occurred_on,
        reported_on,
        amount,
        stage,
        completed_on,
        person,
        day as worked_on,
        hours,
        pay,
        is_cadre,
        coalesce(occurred_on, day) as began_on,
        coalesce(occurred_on, day, reported_on) as day,
    from stg_labour
)

select
    record.id,
    record.region_code,
    record.title,
    record.occurred_on,
    record.reported_on,
    record.amount,
    record.stage,
    record.completed_on,
    record.person,
    record.worked_on,
    record.hours,
    record.pay,
    record.is_cadre,
    record.day,
    coalesce(record.day between build.period_from and build.period_to, false) as is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
from record
inner join stg_region as region on record.region_code = region.code
cross join build
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
order by record.region_code, record.day, record.id
