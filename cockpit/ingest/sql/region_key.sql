-- One row per way of writing a region: its code, or its name after any choice of its ancestors' names.
with region as (
    select
        code,
        region_depth(code) as depth,
        place_key(name) as name,
        -- Below a name without its kind: told apart from a whole name by the mark in front.
        bare_key(name) as bare,
    from raw.region
    where code between getvariable('region_low') and getvariable('region_high')
),

path as (
    select
        region.code,
        region.depth,
        [province.name, city.name, county.name, town.name] as names,
        [province.bare, city.bare, county.bare, town.bare] as bares,
        region.name,
        region.bare,
    from region
    left join region as province
        on province.code = case when region.depth > 1 then region_at(region.code, 1) end
    left join region as city
        on city.code = case when region.depth > 2 then region_at(region.code, 2) end
    left join region as county
        on county.code = case when region.depth > 3 then region_at(region.code, 3) end
    left join region as town
        on town.code = case when region.depth > 4 then region_at(region.code, 4) end
),

choices as (
    select unnest(range(16)) as choice,
),

chosen as (
    select
        choice,
        [choice & 1 = 1, choice & 2 = 2, choice & 4 = 4, choice & 8 = 8] as of_four,
    from choices
),

spelling as (
    select
        path.code,
        array_to_string(list_where(path.names, chosen.of_four), '') || path.name as key,
        '~' || array_to_string(list_where(path.bares, chosen.of_four), '') || path.bare as bare,
    from path
    cross join chosen
    where chosen.choice < 1 << (path.depth - 1)
),

keyed as (
    select
        code,
        key,
    from spelling
    union all
    select
        code,
        bare as key,
    from spelling
    where bare <> '~'
),

met as (
    select
        key,
        min(code) as low,
        max(code) as high,
    from keyed
    group by key
)

select
    key,
    case when low = high then low end as code,
    common_region(low, high) as common_code,
from met
where key not in (select code, from region)
union all
select
    code as key,
    code,
    code as common_code,
from region
