-- One row per place (of every level) or unit and month: what happened; `public_step` changes a stock.
with
alert_due as (
    select
        alert_level,
        sum(days) as days,
    from alert_limit
    where stage in ('raised', 'assigned', 'verified')
    group by alert_level
),

-- An alert given back is not disposed of, whatever went before.
disposed as (
    select
        event.alert_id,
        min(event.at) as at,
    from alert_event as event
    where event.stage in ('disposed', 'applied', 'assessed')
    group by event.alert_id
),

timed as (
    select
        alert.region_code,
        alert.unit_id,
        alert.raised_month,
        alert.alert_level,
        alert.four_form,
        alert.persons,
        coalesce(alert.finding in ('substantiated', 'partly'), false) as is_substantiated,
        alert.alert_level = 'blue' and coalesce(alert.source = 'embedded_module', false) as is_self_found,
        due.day as due_on,
        case when not alert.is_open then cast(disposed.at as date) end as disposed_on,
    from alert
    left join disposed on alert.id = disposed.alert_id
    left join alert_due on alert.alert_level = alert_due.alert_level
    left join working_day as began on cast(alert.raised_at as date) = began.day
    left join working_day as due on began.number + alert_due.days = due.number and due.is_working_day
),

-- Past its limit and not disposed of at the end of a month: counted for a year, red ones for three.
left_lying as (
    select
        timed.region_code,
        timed.unit_id,
        cast(unnest(
            generate_series(
                date_trunc('month', timed.due_on),
                least(
                    date_trunc('month', coalesce(timed.disposed_on, cast(build.as_of as date)))
                    - case when timed.disposed_on is null then interval 0 month else interval 1 month end,
                    date_trunc('month', timed.due_on) + interval 35 month
                ),
                interval 1 month
            )
        ) as date) as month,
        date_trunc('month', timed.due_on) as due_month,
        timed.alert_level = 'red' as is_red,
    from timed
    cross join build
    where timed.due_on < coalesce(timed.disposed_on, cast(build.as_of as date))
),

record as (
    select
        region_code,
        day,
        is_late_entry,
    from village_project
    union all
    select
        region_code,
        day,
        is_late_entry,
    from asset
    union all
    select
        region_code,
        day,
        is_late_entry,
    from labour
    union all
    select
        region_code,
        day,
        is_late_entry,
    from procurement
    union all
    select
        region_code,
        day,
        is_late_entry,
    from relief
    union all
    select
        region_code,
        day,
        is_late_entry,
    from seal
),

-- An item is public for a year from a publication (or its longer interval), or until the next one.
shown as (
    select
        disclosure.region_code,
        disclosure.published_on,
        least(
            disclosure.published_on + cast(greatest(coalesce(item.interval_days, 365), 365) as integer),
            lead(disclosure.published_on) over (
                partition by disclosure.region_code, disclosure.item_code
                order by disclosure.published_on
            )
        ) as until_on,
    from stg_disclosure as disclosure
    inner join stg_disclosure_item as item on disclosure.item_code = item.code
),

counted as (
    select
        complaint.region_code,
        complaint.unit_id,
        complaint.received_month as month,
        count(*) as complaint_count,
        count(block.block) as compared_count,
        count(block.block) filter (where complaint_repeat.similarity is not null) as repeat_count,
        count(complaint.satisfaction) as rated_count,
        count(*) filter (where complaint.satisfaction >= 4) as satisfied_count,
    from complaint
    left join complaint_repeat on complaint.id = complaint_repeat.id
    left join complaint_link_block as block
        on
            year(complaint.received_at) * 4 + quarter(complaint.received_at) - 1 = block.block
            and coalesce(complaint.subject, complaint.text) is not null
    group by all
    union all by name
    select
        region_code,
        unit_id,
        cast(date_trunc('month', due_at) as date) as month,
        count(*) as complaint_due_count,
        count(*) filter (where closed_at is null or closed_at > due_at) as complaint_late_count,
    from complaint
    group by all
    union all by name
    select
        region_code,
        unit_id,
        raised_month as month,
        count(*) as alert_count,
        count(*) filter (where is_substantiated) as substantiated_count,
        count(*) filter (where is_substantiated and alert_level in ('red', 'yellow')) as serious_count,
        count(*) filter (where is_substantiated and is_self_found) as self_found_count,
    from timed
    group by all
    union all by name
    select
        region_code,
        unit_id,
        cast(date_trunc('month', due_on) as date) as month,
        count(*) as alert_due_count,
        count(*) filter (where disposed_on is null or disposed_on > due_on) as alert_late_count,
    from timed
    where due_on is not null
    group by all
    union all by name
    select
        region_code,
        unit_id,
        cast(date_trunc('month', disposed_on) as date) as month,
        coalesce(sum(persons) filter (where four_form = '1'), 0) as persons_1,
        coalesce(sum(persons) filter (where four_form = '2'), 0) as persons_2,
        coalesce(sum(persons) filter (where four_form = '3'), 0) as persons_3,
        coalesce(sum(persons) filter (where four_form = '4'), 0) as persons_4,
        coalesce(sum(persons) filter (where four_form = '1' and is_self_found), 0) as self_found_persons,
    from timed
    where disposed_on is not null and persons > 0
    group by all
    union all by name
    select
        region_code,
        unit_id,
        month,
        count(*) filter (where month < due_month + interval 12 month) as alert_undone_count,
        count(*) filter (where is_red) as red_overdue_count,
    from left_lying
    group by all
    union all by name
    select
        region_code,
        cast(null as varchar) as unit_id,
        cast(date_trunc('month', day) as date) as month,
        count(*) as record_count,
        count(*) filter (where is_late_entry) as entry_late_count,
    from record
    where day is not null
    group by all
    union all by name
    select
        region_code,
        cast(null as varchar) as unit_id,
        cast(date_trunc('month', published_on) as date) as month,
        count(*) as public_step,
    from shown
    group by all
    union all by name
    select
        region_code,
        cast(null as varchar) as unit_id,
        cast(date_trunc('month', until_on) as date) as month,
        -count(*) as public_step,
    from shown
    group by all
    union all by name
    select
        region_code,
        unit_id,
        cast(date_trunc('month', due_on) as date) as month,
        count(*) as rectification_due_count,
        count(*) filter (where completed_on is null or completed_on > due_on) as rectification_late_count,
    from rectification
    where due_on is not null
    group by all
),

at_place as (
    select
        region_code as code,
        month,
        cast(sum(complaint_count) as bigint) as complaint_count,
        cast(sum(compared_count) as bigint) as compared_count,
        cast(sum(repeat_count) as bigint) as repeat_count,
        cast(sum(rated_count) as bigint) as rated_count,
        cast(sum(satisfied_count) as bigint) as satisfied_count,
        cast(sum(complaint_due_count) as bigint) as complaint_due_count,
        cast(sum(complaint_late_count) as bigint) as complaint_late_count,
        cast(sum(record_count) as bigint) as record_count,
        cast(sum(entry_late_count) as bigint) as entry_late_count,
        cast(sum(alert_count) as bigint) as alert_count,
        cast(sum(substantiated_count) as bigint) as substantiated_count,
        cast(sum(serious_count) as bigint) as serious_count,
        cast(sum(self_found_count) as bigint) as self_found_count,
        cast(sum(alert_due_count) as bigint) as alert_due_count,
        cast(sum(alert_late_count) as bigint) as alert_late_count,
        cast(sum(persons_1) as bigint) as persons_1,
        cast(sum(persons_2) as bigint) as persons_2,
        cast(sum(persons_3) as bigint) as persons_3,
        cast(sum(persons_4) as bigint) as persons_4,
        cast(sum(self_found_persons) as bigint) as self_found_persons,
        cast(sum(rectification_due_count) as bigint) as rectification_due_count,
        cast(sum(rectification_late_count) as bigint) as rectification_late_count,
        cast(sum(alert_undone_count) as bigint) as alert_undone_count,
        cast(sum(public_step) as bigint) as public_step,
        cast(sum(red_overdue_count) as bigint) as red_overdue_count,
    from counted
    where region_code is not null
    group by region_code, month
),

at_unit as (
    select
        unit_id as code,
        month,
        cast(sum(complaint_count) as bigint) as complaint_count,
        cast(sum(compared_count) as bigint) as compared_count,
        cast(sum(repeat_count) as bigint) as repeat_count,
        cast(sum(rated_count) as bigint) as rated_count,
        cast(sum(satisfied_count) as bigint) as satisfied_count,
        cast(sum(complaint_due_count) as bigint) as complaint_due_count,
        cast(sum(complaint_late_count) as bigint) as complaint_late_count,
        cast(sum(record_count) as bigint) as record_count,
        cast(sum(entry_late_count) as bigint) as entry_late_count,
        cast(sum(alert_count) as bigint) as alert_count,
        cast(sum(substantiated_count) as bigint) as substantiated_count,
        cast(sum(serious_count) as bigint) as serious_count,
        cast(sum(self_found_count) as bigint) as self_found_count,
        cast(sum(alert_due_count) as bigint) as alert_due_count,
        cast(sum(alert_late_count) as bigint) as alert_late_count,
        cast(sum(persons_1) as bigint) as persons_1,
        cast(sum(persons_2) as bigint) as persons_2,
        cast(sum(persons_3) as bigint) as persons_3,
        cast(sum(persons_4) as bigint) as persons_4,
        cast(sum(self_found_persons) as bigint) as self_found_persons,
        cast(sum(rectification_due_count) as bigint) as rectification_due_count,
        cast(sum(rectification_late_count) as bigint) as rectification_late_count,
        cast(sum(alert_undone_count) as bigint) as alert_undone_count,
        cast(sum(public_step) as bigint) as public_step,
        cast(sum(red_overdue_count) as bigint) as red_overdue_count,
    from counted
    where unit_id is not null
    group by unit_id, month
)

select
    'region' as kind,
    pair.ancestor_code as code,
    at_place.month,
    cast(sum(at_place.complaint_count) as bigint) as complaint_count,
    cast(sum(at_place.compared_count) as bigint) as compared_count,
    cast(sum(at_place.repeat_count) as bigint) as repeat_count,
    cast(sum(at_place.rated_count) as bigint) as rated_count,
    cast(sum(at_place.satisfied_count) as bigint) as satisfied_count,
    cast(sum(at_place.complaint_due_count) as bigint) as complaint_due_count,
    cast(sum(at_place.complaint_late_count) as bigint) as complaint_late_count,
    cast(sum(at_place.record_count) as bigint) as record_count,
    cast(sum(at_place.entry_late_count) as bigint) as entry_late_count,
    cast(sum(at_place.alert_count) as bigint) as alert_count,
    cast(sum(at_place.substantiated_count) as bigint) as substantiated_count,
    cast(sum(at_place.serious_count) as bigint) as serious_count,
    cast(sum(at_place.self_found_count) as bigint) as self_found_count,
    cast(sum(at_place.alert_due_count) as bigint) as alert_due_count,
    cast(sum(at_place.alert_late_count) as bigint) as alert_late_count,
    cast(sum(at_place.persons_1) as bigint) as persons_1,
    cast(sum(at_place.persons_2) as bigint) as persons_2,
    cast(sum(at_place.persons_3) as bigint) as persons_3,
    cast(sum(at_place.persons_4) as bigint) as persons_4,
    cast(sum(at_place.self_found_persons) as bigint) as self_found_persons,
    cast(sum(at_place.rectification_due_count) as bigint) as rectification_due_count,
    cast(sum(at_place.rectification_late_count) as bigint) as rectification_late_count,
    cast(sum(at_place.alert_undone_count) as bigint) as alert_undone_count,
    cast(sum(at_place.public_step) as bigint) as public_step,
    -- What limits a place is its own, not that of a place inside it.
    cast(
        sum(at_place.red_overdue_count) filter (where pair.code = pair.ancestor_code) as bigint
    ) as red_overdue_count,
from at_place
inner join stg_region_ancestor as pair on at_place.code = pair.code
group by pair.ancestor_code, at_place.month
union all by name
select
    'unit' as kind,
    *,
from at_unit
