-- One row per step of an alert in scope that its sources tell of, always with its raising, by time.
with
step as (
    select
        e.stage,
        e."at",
        e.unit_id,
        e.finding,
        e.disposition,
        e.four_form,
        e.persons,
        e.recovered,
        e.note,
    from alert_event as e
    where e.alert_id = $id
    union all by name
    select
        'raised' as stage,
        a.raised_at as "at",
    from alert as a
    where
        a.id = $id
        and not exists (
            select 1,
            from alert_event as e
            where e.alert_id = $id and e.stage = 'raised'
        )
)

select
    s."at",
    'upstream' as origin,
    s.stage,
    u.name as unit_name,
    s.finding,
    s.disposition,
    s.four_form,
    s.persons,
    s.recovered,
    s.note,
from step as s
left join unit as u on s.unit_id = u.id
order by s."at", list_position(['raised', 'assigned', 'verified', 'disposed', 'applied', 'assessed'], s.stage)
