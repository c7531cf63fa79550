-- One row per collective asset of a place known, with what its tile counts.
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
        kind,
        area,
        lessee,
        lease_from,
        lease_to,
        rent_due,
        rent_paid,
        occurred_on as began_on,
        coalesce(occurred_on, reported_on) as day,
        -- A lease without an end runs on.
        max(coalesce(lease_to, case when lease_from is not null then date '9999-12-31' end))
            over (partition by region_code, coalesce(title, id))
            as last_to,
    from stg_asset
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
    record.kind,
    record.area,
    record.lessee,
    record.lease_from,
    record.lease_to,
    record.rent_due,
    record.rent_paid,
    record.day,
    coalesce(record.day between build.period_from and build.period_to, false) as is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
    coalesce(record.lease_to >= build.period_to, record.lease_from is not null) as is_running,
    coalesce(
        record.lease_to between build.period_to and build.period_to + 90 and record.lease_to = record.last_to,
        false
    ) as is_due_soon,
    coalesce(record.lease_to < build.period_to and record.lease_to = record.last_to, false) as is_idle,
    greatest(coalesce(record.rent_due - record.rent_paid, 0), 0) as arrears,
from record
inner join stg_region as region on record.region_code = region.code
cross join build
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
order by record.region_code, record.day, record.id
