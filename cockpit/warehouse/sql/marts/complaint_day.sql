-- One row per level (no towns, no villages), region, day of receipt and industry, all units ('*') together.
with
own as (
    select
        rpad(left(region_code, 6), 12, '0') as region_code,
        cast(received_at as date) as day,
        coalesce(industry_code, '') as industry_code,
        count(*) as complaint_count,
    from complaint
    group by rpad(left(region_code, 6), 12, '0'), cast(received_at as date), coalesce(industry_code, '')
),

rolled as (
    select
        pair.ancestor_code as region_code,
        own.day,
        own.industry_code,
        cast(sum(own.complaint_count) as bigint) as complaint_count,
    from own
    inner join stg_region_ancestor as pair
        on own.region_code = pair.code
    group by pair.ancestor_code, own.day, own.industry_code
)

select
    region.level,
    rolled.region_code,
    region.parent,
    rolled.day,
    rolled.industry_code,
    '*' as unit_id,
    rolled.complaint_count,
from rolled
inner join stg_region as region
    on rolled.region_code = region.code
order by region.level, rolled.region_code, rolled.day
