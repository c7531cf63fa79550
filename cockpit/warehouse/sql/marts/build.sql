-- One row: this build, and the period in which modules, disclosures and funds are counted.
with
seen as (
    select received_at as at,
    from stg_complaint
    union all
    select closed_at as at,
    from stg_complaint
    union all
    select event.at,
    from stg_complaint_event as event
    union all
    select raised_at as at,
    from stg_alert
    union all
    select event.at,
    from stg_alert_event as event
),

latest as (
    select max(seen.at) as at,
    from seen
    cross join setting
    where seen.at <= setting.local_at
)

select
    setting.build_id,
    setting.built_at,
    coalesce(latest.at, setting.local_at) as as_of,
    -- Twelve months, first and last day included.
    cast(cast(coalesce(latest.at, setting.local_at) as date) - interval 12 month as date) + 1 as period_from,
    cast(coalesce(latest.at, setting.local_at) as date) as period_to,
    (
        select count(*),
        from stg_region as region
        where left(region.code, 2) = '99'
    ) > 0 as is_demo,
    (
        select count(*),
        from stg_complaint
    ) as count_complaint,
    (
        select count(*),
        from stg_alert
    ) as count_alert,
from setting
cross join latest
