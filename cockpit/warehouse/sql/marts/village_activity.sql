-- One row per village of today: its records of all modules and complaints, and the day of the latest.
with
told as (
    select
        region_code,
        coalesce(reported_on, occurred_on) as day,
    from stg_village_project
    union all
    select
        region_code,
        coalesce(reported_on, occurred_on) as day,
    from stg_asset
    union all
    select
        region_code,
        coalesce(reported_on, occurred_on, day) as day,
    from stg_labour
    union all
    select
        region_code,
        coalesce(reported_on, occurred_on) as day,
    from stg_procurement
    union all
    select
        region_code,
        coalesce(reported_on, occurred_on) as day,
    from stg_relief
    union all
    select
        region_code,
        coalesce(reported_on, occurred_on) as day,
    from stg_seal
    union all
    select
        region_code,
        cast(received_at as date) as day,
    from stg_complaint
),

counted as (
    select
        told.region_code,
        count(*) as count_row,
        max(told.day) filter (where told.day <= cast(setting.local_at as date)) as latest_on,
    from told
    cross join setting
    group by told.region_code
)

select
    region.code as region_code,
    coalesce(counted.count_row, 0) as count_row,
    counted.latest_on,
from stg_region as region
cross join setting
left join counted
    on region.code = counted.region_code
where
    region.level = 'village'
    and (region.valid_to is null or region.valid_to >= cast(setting.local_at as date))
order by region.code
