-- One row per item of public disclosure of one village: what is not public first, the longest due before.
select
    item.code,
    item.name,
    item.category,
    item.interval_days,
    told.published_on,
    told.due_on,
    told.state,
    case
        when told.state <> 'public' then date_diff('day', told.due_on, cast(build.as_of as date))
    end as days_late,
from disclosure_state as told
inner join disclosure_item as item on told.item_code = item.code
cross join build
where told.region_code = $village
order by told.state = 'public' asc, told.due_on asc, item.code asc
