-- One row per complaint and stage reached.
with chosen as (
    select
        n,
        unit_id,
        received_at,
        coalesce(days, 400) as pace,
        after(received_at, days) as closed_at,
    from complaint_seed
    where
        received_at >= getvariable('events_from')
        or coalesce(after(received_at, days) > getvariable('as_of'), true)
),

reached as (
    select
        n,
        unit_id,
        unnest([
            { 'stage': 'accepted', 'at': received_at },
            { 'stage': 'referred', 'at': referred_at(n, received_at, pace) },
            { 'stage': 'handling', 'at': handling_at(n, received_at, pace) },
            { 'stage': 'reviewed', 'at': reviewed_at(n, received_at, pace) },
            { 'stage': 'replied', 'at': closed_at },
            {
                'stage': 'rated',
                'at': case
                    when draw(n, 'rated') < 0.42 then after(closed_at, 0.3 + 9 * draw(n, 'rated after'))
                end
            },
        ]) as event,
    from chosen
)

select
    'TS' || lpad(reached.n::varchar, 9, '0') as complaint_id,
    reached.event.stage,
    reached.event['at'] as at,
    case when reached.event.stage != 'accepted' then reached.unit_id end as unit_id,
    event_note.notes[1 + pick(reached.n, reached.event.stage, 3)] as note,
    reached.event['at'] as updated_at,
from reached
inner join event_note on reached.event.stage = event_note.stage
where reached.event['at'] <= getvariable('as_of')
