-- One row per part of the focus (a village in focus is its own) and item: its villages by state.
with
counted as (
    select
        region_code,
        item_code,
        village_count,
        public_count,
        late_count,
        missing_count,
    from disclosure_count
    where
        region_code between $region_low and $region_high
        and (parent = $focus or list_contains($parts, region_code))
    union all by name
    select
        told.region_code,
        told.item_code,
        1 as village_count,
        cast(told.state = 'public' as integer) as public_count,
        cast(told.state = 'late' as integer) as late_count,
        cast(told.state = 'missing' as integer) as missing_count,
    from disclosure_state as told
    inner join region as place on told.region_code = place.code
    where
        told.region_code between $region_low and $region_high
        and (
            place.parent = $focus
            or place.code = $focus
            or list_contains($parts, place.code)
        )
)

select
    counted.region_code,
    place.name,
    item.code,
    item.name as item_name,
    item.category,
    counted.village_count,
    counted.public_count,
    counted.late_count,
    counted.missing_count,
from counted
inner join region as place on counted.region_code = place.code
inner join disclosure_item as item on counted.item_code = item.code
order by counted.region_code, item.code
