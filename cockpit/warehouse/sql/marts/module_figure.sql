-- One row per village of today and module: its records and what is counted of them; null for other modules.
with
counted as (
    select
        'village_project' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_current and is_over) as over_count,
        count(*) filter (where is_current and is_untendered) as untendered_count,
        count(*) filter (where is_current and is_near_threshold) as near_threshold_count,
        count(*) filter (where is_current and is_changed) as changed_count,
        count(*) filter (where is_current and is_single_bid) as single_bid_count,
        count(*) filter (where is_current) as current_count,
    from village_project
    group by region_code
    union all by name
    select
        'asset' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(*) filter (where is_running) as running_count,
        count(*) filter (where is_due_soon) as due_soon_count,
        count(*) filter (where is_idle) as idle_count,
        count(*) filter (where arrears > 0) as arrears_count,
        sum(arrears) as arrears_sum,
    from asset
    group by region_code
    union all by name
    select
        'labour' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(distinct coalesce(person, id) || worked_on) filter (where is_in_period) as person_day_count,
        sum(coalesce(pay, amount)) filter (where is_in_period) as pay_sum,
        count(distinct coalesce(person, id) || worked_on) filter (where is_in_period and is_cadre)
            as cadre_day_count,
        count(distinct person) filter (where is_in_period and is_cadre) as cadre_count,
        count(distinct person) filter (where is_in_period) as person_count,
    from labour
    group by region_code
    union all by name
    select
        'procurement' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(*) filter (where is_in_period and is_single_source) as single_source_count,
    from procurement
    group by region_code
    union all by name
    select
        'relief' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(distinct recipient) filter (where is_in_period) as person_count,
        count(distinct recipient) filter (where is_overlap) as overlap_count,
    from relief
    group by region_code
    union all by name
    select
        'seal' as module,
        region_code,
        count(*) as record_count,
        count(*) filter (where is_in_period) as item_count,
        count(is_late_entry) filter (where is_in_period) as dated_count,
        count(*) filter (where is_in_period and is_late_entry) as late_count,
        max(coalesce(reported_on, day)) as latest_on,
        sum(amount) filter (where is_in_period) as amount_sum,
        count(*) filter (where is_in_period and is_unapproved) as unapproved_count,
        count(*) filter (where is_in_period and is_unnumbered) as unnumbered_count,
    from seal
    group by region_code
),

place as (
    select
        region.code,
        region.population,
        case
            when region.name like '%社区' or region.name like '%居委会' or region.name like '%居民委员会'
                then '社区'
            else '村'
        end as type,
        setting.peer_bounds as bounds,
        len(list_filter(setting.peer_bounds, lambda bound: region.population >= bound)) as class,
    from stg_region as region
    cross join setting
    where
        region.level = 'village'
        and (region.valid_to is null or region.valid_to >= cast(setting.local_at as date))
),

grouped as (
    select
        code,
        population,
        -- As cockpit.rating_rules.Version.peer_group names sizes.
        type || case
            when len(bounds) = 0 or population is null or population <= 0 then ''
            when class = 0 then '·' || bounds[1] || ' 人以下'
            when class = len(bounds) then '·' || bounds[class] || ' 人以上'
            else '·' || bounds[class] || '—' || bounds[class + 1] || ' 人'
        end as peer_group,
    from place
)

select
    place.code as region_code,
    listed.module,
    place.population,
    place.peer_group,
    coalesce(counted.record_count, 0) as record_count,
    coalesce(counted.item_count, 0) as item_count,
    coalesce(counted.dated_count, 0) as dated_count,
    coalesce(counted.late_count, 0) as late_count,
    counted.latest_on,
    coalesce(counted.amount_sum, 0) as amount_sum,
    case when listed.module = 'village_project' then coalesce(counted.open_count, 0) end as open_count,
    case when listed.module = 'village_project' then coalesce(counted.over_count, 0) end as over_count,
    case when listed.module = 'village_project' then coalesce(counted.untendered_count, 0) end
        as untendered_count,
    case when listed.module = 'village_project' then coalesce(counted.near_threshold_count, 0) end
        as near_threshold_count,
    case when listed.module = 'village_project' then coalesce(counted.changed_count, 0) end as changed_count,
    case when listed.module = 'village_project' then coalesce(counted.single_bid_count, 0) end
        as single_bid_count,
    case when listed.module = 'village_project' then coalesce(counted.current_count, 0) end as current_count,
    case when listed.module = 'asset' then coalesce(counted.running_count, 0) end as running_count,
    case when listed.module = 'asset' then coalesce(counted.due_soon_count, 0) end as due_soon_count,
    case when listed.module = 'asset' then coalesce(counted.idle_count, 0) end as idle_count,
    case when listed.module = 'asset' then coalesce(counted.arrears_count, 0) end as arrears_count,
    case when listed.module = 'asset' then coalesce(counted.arrears_sum, 0) end as arrears_sum,
    case when listed.module = 'labour' then coalesce(counted.person_day_count, 0) end as person_day_count,
    case when listed.module = 'labour' then coalesce(counted.pay_sum, 0) end as pay_sum,
    case when listed.module = 'labour' then coalesce(counted.cadre_day_count, 0) end as cadre_day_count,
    case when listed.module = 'labour' then coalesce(counted.cadre_count, 0) end as cadre_count,
    case when listed.module in ('labour', 'relief') then coalesce(counted.person_count, 0) end
        as person_count,
    case when listed.module = 'procurement' then coalesce(counted.single_source_count, 0) end
        as single_source_count,
    case when listed.module = 'relief' then coalesce(counted.overlap_count, 0) end as overlap_count,
    case when listed.module = 'seal' then coalesce(counted.unapproved_count, 0) end as unapproved_count,
    case when listed.module = 'seal' then coalesce(counted.unnumbered_count, 0) end as unnumbered_count,
    -- Rates and shares only where there is something to share: no data is not none.
    nullif(counted.item_count, 0) * 1000 / nullif(place.population, 0) as item_rate,
    counted.late_count / nullif(counted.dated_count, 0) as late_share,
    counted.over_count / nullif(counted.current_count, 0) as over_share,
    counted.arrears_count / nullif(case when listed.module = 'asset' then counted.record_count end, 0)
        as arrears_share,
    counted.pay_sum / nullif(counted.person_day_count, 0) as pay_per_day,
    counted.cadre_day_count / nullif(counted.person_day_count, 0) as cadre_share,
    counted.single_source_count / nullif(counted.item_count, 0) as single_source_share,
    counted.unapproved_count / nullif(counted.item_count, 0) as unapproved_share,
from grouped as place
cross join (
    values ('village_project', 1), ('asset', 2), ('labour', 3), ('procurement', 4), ('relief', 5), ('seal', 6)
) as listed (module, number)
left join counted on place.code = counted.region_code and listed.module = counted.module
order by place.code, listed.number
