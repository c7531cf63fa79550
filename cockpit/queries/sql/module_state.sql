-- One row per village and module of a region: what is counted of its records, its alerts, its peers' limit.
with
raised as (
    select
        region_code,
        module,
        count(*) as open_alert_count,
        count(*) filter (where alert_level = 'red') as red_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where alert_level <> 'red' and not is_overdue) as other_alert_count,
    from alert_now
    where
        region_code between $region_low and $region_high
        and is_open
        and module is not null
    group by region_code, module
)

select
    told.region_code,
    told.module,
    told.population,
    told.peer_group,
    told.record_count,
    told.item_count,
    told.dated_count,
    told.late_count,
    told.latest_on,
    told.amount_sum,
    told.open_count,
    told.over_count,
    told.untendered_count,
    told.near_threshold_count,
    told.changed_count,
    told.single_bid_count,
    told.current_count,
    told.running_count,
    told.due_soon_count,
    told.idle_count,
    told.arrears_count,
    told.arrears_sum,
    told.person_day_count,
    told.pay_sum,
    told.cadre_day_count,
    told.cadre_count,
    told.person_count,
    told.single_source_count,
    told.overlap_count,
    told.unapproved_count,
    told.unnumbered_count,
    told.item_rate,
    told.late_share,
    told.over_share,
    told.arrears_share,
    told.pay_per_day,
    told.cadre_share,
    told.single_source_share,
    told.unapproved_share,
    village.name,
    town.name as town_name,
    coalesce(raised.open_alert_count, 0) as open_alert_count,
    coalesce(raised.red_count, 0) as red_count,
    coalesce(raised.overdue_count, 0) as overdue_count,
    coalesce(raised.other_alert_count, 0) as other_alert_count,
    pay.high as pay_high,
from module_figure as told
inner join region as village
    on
        told.region_code = village.code
        and village.code between $region_low and $region_high
left join region as town
    on
        rpad(left(told.region_code, 9), 12, '0') = town.code
        and town.code between rpad(left($region_low, 9), 12, '0') and $region_high
left join raised on told.region_code = raised.region_code and told.module = raised.module
left join module_peer as pay
    on
        told.peer_group = pay.peer_group
        and told.module = pay.module
        and pay.module = 'labour'
        and pay.figure = 'pay_per_day'
where told.region_code between $region_low and $region_high
order by
    told.region_code,
    list_position(['village_project', 'asset', 'labour', 'procurement', 'relief', 'seal'], told.module)
