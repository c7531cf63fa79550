-- One row per village of today and item of public disclosure: last made public, due again, state at `as_of`.
with
village as (
    select region.code,
    from stg_region as region
    cross join setting
    where
        region.level = 'village'
        and (region.valid_to is null or region.valid_to >= cast(setting.local_at as date))
        -- Where nothing is told of any village, nobody knows what is missing.
        and exists (select 1, from stg_disclosure)
),

latest as (
    select
        region_code,
        item_code,
        max(published_on) as published_on,
    from stg_disclosure
    group by region_code, item_code
),

told as (
    select
        region_code,
        min(month) as day,
    from village_month
    group by region_code
    union all
    select
        region_code,
        min(received_month) as day,
    from complaint
    group by region_code
    union all
    select
        region_code,
        cast(date_trunc('month', min(published_on)) as date) as day,
    from stg_disclosure
    group by region_code
),

-- What was never made public is due since the first month a village tells of anything.
begun as (
    select
        region_code,
        min(day) as day,
    from told
    group by region_code
),

begun_anywhere as (
    select min(day) as day,
    from begun
),

dated as (
    select
        village.code as region_code,
        item.code as item_code,
        latest.published_on,
        coalesce(
            latest.published_on + cast(item.interval_days as integer),
            begun.day,
            begun_anywhere.day
        ) as due_on,
    from village
    cross join disclosure_item as item
    cross join begun_anywhere
    left join latest on village.code = latest.region_code and item.code = latest.item_code
    left join begun on village.code = begun.region_code
)

select
    dated.region_code,
    dated.item_code,
    dated.published_on,
    dated.due_on,
    case
        when dated.published_on is null then 'missing'
        when dated.due_on < cast(build.as_of as date) then 'late'
        else 'public'
    end as state,
from dated
cross join build
order by dated.region_code, dated.item_code
