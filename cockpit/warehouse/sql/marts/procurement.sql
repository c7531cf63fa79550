-- One row per purchase of a place known, with what its tile counts.
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
        supplier_code,
        method,
        quotes,
        occurred_on as began_on,
        coalesce(occurred_on, reported_on) as day,
    from stg_procurement
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
    record.supplier_code,
    record.method,
    record.quotes,
    record.day,
    coalesce(record.day between build.period_from and build.period_to, false) as is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
    coalesce(contains(record.method, '直接') or contains(record.method, '单一来源'), false)
    or coalesce(record.quotes <= 1, false) as is_single_source,
from record
inner join stg_region as region on record.region_code = region.code
cross join build
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
order by record.region_code, record.day, record.id
