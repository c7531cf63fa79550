-- One row per complaint: what its source row and its events are derived from.
with drawn as (
    select
        v,
        i,
        m,
        n + unnest(range(k)) as n,
    from complaint_cell
),

placed as (
    select
        drawn.n,
        village.v,
        drawn.i,
        recurring.t is not null as is_planted,
        case
            when recurring.t is not null and draw(drawn.n, 'planted topic') < 0.6 then recurring.t
            else industry_topic.first + pick(drawn.n, 'topic', industry_topic.count)
        end as t,
        day_slot.day + to_seconds(
            (28800 + 43200 * (draw(drawn.n, 'hour') + draw(drawn.n, 'second hour')) / 2)::bigint
        ) as received_at,
        village.county,
        village.town,
    from drawn
    inner join day_slot on drawn.m = day_slot.m and pick(drawn.n, 'day', 1000) = day_slot.slot
    inner join industry_topic on drawn.i = industry_topic.i
    inner join village on drawn.v = village.v
    left join recurring on drawn.v = recurring.v and drawn.i = recurring.i
),

addressed as (
    select
        placed.n,
        placed.v,
        placed.i,
        placed.t,
        placed.received_at,
        placed.is_planted,
        topic.category,
        case
            when draw(placed.n, 'unit') < 0.7 then 'U' || left(placed.county, 6) || topic.department
            when draw(placed.n, 'unit') < 0.95 then 'U' || left(placed.town, 9)
        end as unit_id,
    from placed
    inner join topic on placed.t = topic.t
),

first_round as (
    select
        addressed.n,
        addressed.v,
        addressed.i,
        addressed.t,
        addressed.received_at,
        addressed.unit_id,
        null::bigint as parent_n,
        coalesce(slow.factor, 1.0) as slowness,
        case when addressed.is_planted and addressed.category = recurring.category then 0.7 else 0.045 end
            as again,
        case
            when draw(addressed.n, 'never closed') > 0.006
                then exp(ln(14) + 0.85 * bell(addressed.n, 'days')) * coalesce(slow.factor, 1.0)
        end as days,
    from addressed
    left join slow on addressed.unit_id = slow.unit_id
    left join recurring on addressed.v = recurring.v and addressed.i = recurring.i
),

second_round as (
    select
        n + getvariable('count_first') as n,
        v,
        i,
        t,
        after(received_at, days + 3 + 150 * draw(n, 'again after')) as received_at,
        unit_id,
        n as parent_n,
        exp(ln(14) + 0.85 * bell(n + getvariable('count_first'), 'days')) * slowness as days,
    from first_round
    where draw(n, 'again') < again
)

select
    n,
    v,
    i,
    t,
    received_at,
    unit_id,
    parent_n,
    days,
from first_round
union all
select
    n,
    v,
    i,
    t,
    received_at,
    unit_id,
    parent_n,
    days,
from second_round
where received_at <= getvariable('as_of')
