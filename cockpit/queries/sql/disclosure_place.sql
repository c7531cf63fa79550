-- One row per region of today in the focus: its villages, and their items of public disclosure by state.
with
counted as (
    select
        region_code,
        max(village_count) as village_count,
        sum(public_count) as public_count,
        sum(late_count) as late_count,
        sum(missing_count) as missing_count,
    from disclosure_count
    group by region_code
    union all by name
    select
        region_code,
        1 as village_count,
        count(*) filter (where state = 'public') as public_count,
        count(*) filter (where state = 'late') as late_count,
        count(*) filter (where state = 'missing') as missing_count,
    from disclosure_state
    group by region_code
)

select
    place.code,
    place.name,
    place.level,
    place.parent,
    cast(coalesce(counted.village_count, 0) as bigint) as village_count,
    cast(coalesce(counted.public_count, 0) as bigint) as public_count,
    cast(coalesce(counted.late_count, 0) as bigint) as late_count,
    cast(coalesce(counted.missing_count, 0) as bigint) as missing_count,
from region as place
cross join build
left join counted on place.code = counted.region_code
where
    place.code between $region_low and $region_high
    and (place.valid_to is null or place.valid_to >= cast(build.as_of as date))
order by place.code
