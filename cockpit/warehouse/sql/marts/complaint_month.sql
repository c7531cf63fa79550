-- One row per level, region, month, industry and unit ('*': all units together, '': none).
with
own as (
    select
        complaint.region_code,
        complaint.received_month as month,
        coalesce(complaint.industry_code, '') as industry_code,
        coalesce(complaint.unit_id, '') as unit_id,
        count(*) as complaint_count,
        count(*) filter (where complaint.is_closed) as closed_count,
        count(complaint.is_on_time) as due_count,
        count(*) filter (where complaint.is_on_time) as on_time_count,
        count(*) filter (where complaint.is_overdue) as overdue_count,
        count(complaint.satisfaction) as rated_count,
        count(*) filter (where complaint.satisfaction >= 4) as satisfied_count,
        coalesce(sum(complaint.handling_days), 0) as handling_days_sum,
        count(complaint_repeat.id) as repeat_count,
    from complaint
    left join complaint_repeat
        on complaint.id = complaint_repeat.id
    group by
        complaint.region_code,
        complaint.received_month,
        coalesce(complaint.industry_code, ''),
        coalesce(complaint.unit_id, '')
),

rolled as (
    select
        pair.ancestor_code as region_code,
        own.month,
        own.industry_code,
        case when grouping(own.unit_id) = 1 then '*' else own.unit_id end as unit_id,
        cast(sum(own.complaint_count) as bigint) as complaint_count,
        cast(sum(own.closed_count) as bigint) as closed_count,
        cast(sum(own.due_count) as bigint) as due_count,
        cast(sum(own.on_time_count) as bigint) as on_time_count,
        cast(sum(own.overdue_count) as bigint) as overdue_count,
        cast(sum(own.rated_count) as bigint) as rated_count,
        cast(sum(own.satisfied_count) as bigint) as satisfied_count,
        sum(own.handling_days_sum) as handling_days_sum,
        cast(sum(own.repeat_count) as bigint) as repeat_count,
    from own
    inner join stg_region_ancestor as pair
        on own.region_code = pair.code
    group by
        grouping sets (
            (pair.ancestor_code, own.month, own.industry_code, own.unit_id),
            (pair.ancestor_code, own.month, own.industry_code)
        )
)

select
    region.level,
    rolled.region_code,
    region.parent,
    rolled.month,
    rolled.industry_code,
    rolled.unit_id,
    rolled.complaint_count,
    rolled.closed_count,
    rolled.due_count,
    rolled.on_time_count,
    rolled.overdue_count,
    rolled.rated_count,
    rolled.satisfied_count,
    rolled.handling_days_sum,
    rolled.repeat_count,
from rolled
inner join stg_region as region
    on rolled.region_code = region.code
-- All units together in rows of their own; between single ones most look for a region rather than for a unit.
order by
    case rolled.unit_id when '' then 0 when '*' then 1 else 2 end,
    region.level,
    rolled.region_code,
    rolled.month
