-- One row per village of a region: whether it is silent, and its open alerts of all modules or none.
with
raised as (
    select
        region_code,
        count(*) as open_alert_count,
        count(*) filter (where alert_level = 'red') as red_count,
        count(*) filter (where is_overdue) as overdue_count,
        list(id order by due_at, id) filter (where is_overdue) as overdue_ids,
    from alert_now
    where
        region_code between $region_low and $region_high
        and is_open
    group by region_code
)

select
    village.region_code,
    village.latest_on,
    case
        when village.count_row = 0 then 'no_data'
        when coalesce(village.latest_on <= build.period_to - $days, true) then 'silent'
        else 'active'
    end as activity,
    coalesce(raised.open_alert_count, 0) as open_alert_count,
    coalesce(raised.red_count, 0) as red_count,
    coalesce(raised.overdue_count, 0) as overdue_count,
    raised.overdue_ids,
from village_activity as village
cross join build
left join raised on village.region_code = raised.region_code
where village.region_code between $region_low and $region_high
order by village.region_code
