-- One row per month, industry, unit, level, stage of a region itself that alerts in `moved` leave or enter.
with
both_sides as (
    select
        -1 as sign,
        n.region_code,
        n.raised_month,
        n.industry_code,
        n.unit_id,
        n.alert_level,
        n.stage,
        n.is_open,
        n.is_overdue,
        n.is_stuck,
        n.has_clue or coalesce(n.disposition = 'clue', false) as has_clue,
        n.has_sanction or coalesce(n.disposition = 'sanction', false) as has_sanction,
        n.finding,
        n.persons,
        n.recovered,
    from overlay.alert_now as n
    semi join moved as m on n.position = m.position
    union all
    select
        1 as sign,
        region_code,
        raised_month,
        industry_code,
        unit_id,
        alert_level,
        stage,
        is_open,
        is_overdue,
        is_stuck,
        has_clue or coalesce(disposition = 'clue', false) as has_clue,
        has_sanction or coalesce(disposition = 'sanction', false) as has_sanction,
        finding,
        persons,
        recovered,
    from moved
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
    coalesce(sum(sign) filter (where is_stuck), 0) as stuck_count,
    coalesce(sum(sign) filter (where has_clue), 0) as clue_count,
    coalesce(sum(sign) filter (where has_sanction), 0) as sanction_count,
    coalesce(sum(sign) filter (where recovered > 0), 0) as recovering_count,
    coalesce(sum(sign * persons), 0) as persons_sum,
    coalesce(sum(sign * recovered), 0) as recovered_sum,
from both_sides
group by all
