-- One row per complaint in scope that one comes back to ('earlier'), or that comes back to it ('later').
with tied as (
    select
        'earlier' as side,
        repeat_of as id,
        days_since_closure,
        is_same_topic,
        similarity,
    from complaint_repeat
    where id = $id and region_code = $place
    union all
    select
        'later' as side,
        id,
        days_since_closure,
        is_same_topic,
        similarity,
    from complaint_repeat
    where repeat_of = $id and region_code = $place
)

select
    t.side,
    c.id,
    c.received_at,
    c.closed_at,
    c.subject,
    c.is_closed,
    t.days_since_closure,
    t.is_same_topic,
    t.similarity,
from tied as t
inner join complaint as c on t.id = c.id
where c.region_code = $place
order by c.received_at asc, c.id asc
