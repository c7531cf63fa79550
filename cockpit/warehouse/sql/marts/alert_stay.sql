-- One row per alert and stage it has gone on from, as its sources tell: the whole days stayed in it.
with
begun as (
    select
        event.alert_id,
        event.stage,
        event.at,
    from stg_alert_event as event
    union all
    -- Every alert is raised first, whether or not a source says so.
    select
        alert.id as alert_id,
        'raised' as stage,
        alert.raised_at as at,
    from stg_alert as alert
    anti join stg_alert_event as event
        on alert.id = event.alert_id and event.stage = 'raised'
),

stay as (
    select
        begun.alert_id,
        begun.stage,
        begun.at,
        lead(begun.at) over (
            partition by begun.alert_id
            order by
                begun.at,
                list_position(
                    ['raised', 'assigned', 'verified', 'disposed', 'applied', 'assessed'], begun.stage
                )
        ) as left_at,
    from begun
)

select
    alert.id,
    alert.region_code,
    alert.industry_code,
    alert.unit_id,
    alert.raised_at,
    alert.alert_level,
    stay.stage,
    cast(floor(date_diff('second', stay.at, stay.left_at) / 86400) as integer) as days,
    stay.left_at,
from stay
inner join stg_alert as alert
    on stay.alert_id = alert.id
where stay.left_at is not null
order by alert.region_code, alert.raised_at
