-- One row per complaint received from a village in the period, newest first: first step and answer.
with
step as (
    select
        event.complaint_id,
        -- To take it in is no action yet.
        min(event."at") filter (where event.stage <> 'accepted') as first_action_at,
        max_by(event.note, event."at") filter (where event.stage = 'replied') as reply,
    from complaint_event as event
    where event.region_code = $village
    group by event.complaint_id
)

select
    told.id,
    told.received_at,
    told.category,
    told.channel,
    told.subject,
    told.stage,
    told.due_at,
    told.is_closed,
    told.is_overdue,
    step.first_action_at,
    (epoch(step.first_action_at) - epoch(told.received_at)) / 86400 as first_action_days,
    told.closed_at,
    told.handling_days as result_days,
    told.outcome,
    step.reply,
    told.satisfaction,
from complaint as told
cross join build
left join step on told.id = step.complaint_id
where
    told.region_code = $village
    and told.received_at >= build.period_from
order by told.received_at desc, told.id asc
