-- One row per region from the town up and item of public disclosure: its villages of today by state.
with
own as (
    select
        region.parent,
        state.item_code,
        count(*) as village_count,
        count(*) filter (where state.state = 'public') as public_count,
        count(*) filter (where state.state = 'late') as late_count,
        count(*) filter (where state.state = 'missing') as missing_count,
    from disclosure_state as state
    inner join stg_region as region on state.region_code = region.code
    group by region.parent, state.item_code
)

select
    region.level,
    region.code as region_code,
    region.parent,
    own.item_code,
    cast(sum(own.village_count) as bigint) as village_count,
    cast(sum(own.public_count) as bigint) as public_count,
    cast(sum(own.late_count) as bigint) as late_count,
    cast(sum(own.missing_count) as bigint) as missing_count,
from own
inner join stg_region_ancestor as pair on own.parent = pair.code
inner join stg_region as region on pair.ancestor_code = region.code
group by region.level, region.code, region.parent, own.item_code
order by region.level, region.code, own.item_code
