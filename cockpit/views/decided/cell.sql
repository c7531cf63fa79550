-- One row per month, industry, unit, level, stage of a region itself that alerts in `moved` leave or enter.
with
before as (
    select
        -1 as sign,
        a.region_code,
        a.raised_month,
        a.industry_code,
        a.unit_id,
        a.alert_level,
        case when d.position is null then a.stage else d.stage end as stage,
        case when d.position is null then a.is_open else d.is_open end as is_open,
        case when d.position is null then a.is_overdue else d.is_overdue end as is_overdue,
        case when d.position is null then a.finding else d.finding end as finding,
        case when d.position is null then a.persons else d.persons end as persons,
        case when d.position is null then a.recovered else d.recovered end as recovered,
    from snapshot.alert as a
    inner join moved as m on a.rowid = m.position
    left join overlay.decided as d on m.position = d.position
),

after as (
    select
        1 as sign,
        a.region_code,
        a.raised_month,
        a.industry_code,
        a.unit_id,
        a.alert_level,
        m.stage,
        m.is_open,
        m.is_overdue,
        m.finding,
        m.persons,
        m.recovered,
    from snapshot.alert as a
    inner join moved as m on a.rowid = m.position
),

both_sides as (
    from before
    union all
    from after
)

select
    region_code,
    raised_month as month,
    coalesce(industry_code, '') as industry_code,
    coalesce(unit_id, '') as unit_id,
    alert_level,
    stage,
    sum(sign) as alert_count,
    coalesce(sum(sign) filter (where is_open), 0) as open_count,
    coalesce(sum(sign) filter (where is_overdue), 0) as overdue_count,
    coalesce(sum(sign) filter (where finding is not null), 0) as verified_count,
    coalesce(sum(sign) filter (where finding in ('substantiated', 'partly')), 0) as substantiated_count,
    coalesce(sum(sign * persons), 0) as persons_sum,
    coalesce(sum(sign * recovered), 0) as recovered_sum,
from both_sides
group by all
