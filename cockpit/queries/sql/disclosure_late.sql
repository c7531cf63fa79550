-- One row per village and item that is not public, on one page, the longest due first; and how many in all.
with
found as (
    select
        told.region_code,
        told.item_code,
        told.published_on,
        told.due_on,
        told.state,
        count(*) over () as total,
    from disclosure_state as told
    inner join disclosure_item as item on told.item_code = item.code
    where
        told.region_code between $region_low and $region_high
        and told.state <> 'public'
        and ($state is null or told.state = $state)
        and ($category is null or item.category = $category)
        and ($item is null or told.item_code = $item)
    order by told.due_on asc, told.region_code asc, told.item_code asc
    limit $rows offset $skipped
)

select
    found.region_code,
    place.full_name as region_name,
    found.item_code as code,
    item.name,
    item.category,
    item.interval_days,
    found.published_on,
    found.due_on,
    found.state,
    date_diff('day', found.due_on, cast(build.as_of as date)) as days_late,
    found.total,
from found
inner join disclosure_item as item on found.item_code = item.code
left join region as place on found.region_code = place.code
cross join build
order by found.due_on asc, found.region_code asc, found.item_code asc
