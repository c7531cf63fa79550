-- One row per region code.
with
path as (
    select
        pair.code,
        string_agg(ancestor.name, '' order by pair.ancestor_code) as full_name,
    from stg_region_ancestor as pair
    inner join stg_region as ancestor
        on pair.ancestor_code = ancestor.code
    group by pair.code
),

child as (
    select
        parent,
        count(*) as count_children,
    from stg_region
    group by parent
)

select
    region.code,
    region.name,
    path.full_name,
    region.level,
    region.parent,
    region.population,
    region.households,
    region.longitude,
    region.latitude,
    region.valid_from,
    region.valid_to,
    coalesce(child.count_children, 0) as count_children,
from stg_region as region
inner join path
    on region.code = path.code
left join child
    on region.code = child.parent
order by region.code
