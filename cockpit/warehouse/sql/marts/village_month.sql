-- One row per village of today and month with any record of the six modules, counted by module.
with
told as (
    select
        region_code,
        day,
        1 as kind,
    from village_project
    union all
    select
        region_code,
        day,
        2 as kind,
    from asset
    union all
    select
        region_code,
        day,
        3 as kind,
    from labour
    union all
    select
        region_code,
        day,
        4 as kind,
    from procurement
    union all
    select
        region_code,
        day,
        5 as kind,
    from relief
    union all
    select
        region_code,
        day,
        6 as kind,
    from seal
)

select
    told.region_code,
    cast(date_trunc('month', told.day) as date) as month,
    count(*) filter (where told.kind = 1) as village_project,
    count(*) filter (where told.kind = 2) as asset,
    count(*) filter (where told.kind = 3) as labour,
    count(*) filter (where told.kind = 4) as procurement,
    count(*) filter (where told.kind = 5) as relief,
    count(*) filter (where told.kind = 6) as seal,
from told
inner join stg_region as region
    on told.region_code = region.code
cross join setting
where
    told.day is not null
    and region.level = 'village'
    and (region.valid_to is null or region.valid_to >= cast(setting.local_at as date))
group by all
order by told.region_code, month
