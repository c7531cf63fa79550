-- One row per payment of relief of a place known; overlaps looked for within the village.
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
        scheme,
        recipient,
        household_size,
        occurred_on as began_on,
        coalesce(occurred_on, reported_on) as day,
        coalesce(coalesce(occurred_on, reported_on) between build.period_from and build.period_to, false)
            as is_in_period,
    from stg_relief
    cross join build
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
    record.scheme,
    record.recipient,
    record.household_size,
    record.day,
    record.is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
    record.is_in_period
    and coalesce(
        min(record.scheme) filter (where record.is_in_period) over recipient
        < max(record.scheme) filter (where record.is_in_period) over recipient,
        false
    ) as is_overlap,
from record
inner join stg_region as region on record.region_code = region.code
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
window recipient as (partition by record.region_code, coalesce(record.recipient, record.id))
order by record.region_code, record.day, record.id
