-- One row per place (cut off): its villages of today, and those with a record in the months, by module.
with
village as (
    select r.code,
    from region as r
    cross join build
    where
        r.level = 'village'
        and r.code between $region_low and $region_high
        and (r.valid_to is null or r.valid_to >= cast(build.as_of as date))
),

told as (
    select
        region_code,
        sum(village_project) as village_project,
        sum(asset) as asset,
        sum(labour) as labour,
        sum(procurement) as procurement,
        sum(relief) as relief,
        sum(seal) as seal,
    from village_month
    where
        region_code between $region_low and $region_high
        and month >= cast($since as date)
        and month < cast($until as date)
    group by region_code
)

select
    left(village.code, $prefix) as part,
    count(*) as village_count,
    count(told.region_code) as covered_count,
    count(*) filter (where told.village_project > 0) as village_project,
    count(*) filter (where told.asset > 0) as asset,
    count(*) filter (where told.labour > 0) as labour,
    count(*) filter (where told.procurement > 0) as procurement,
    count(*) filter (where told.relief > 0) as relief,
    count(*) filter (where told.seal > 0) as seal,
from village
left join told on village.code = told.region_code
group by part
order by part
