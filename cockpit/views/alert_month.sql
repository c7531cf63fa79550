-- One row per level, region, month of raising, industry, unit, alert level and stage in scope.
select
    level,
    region_code,
    parent,
    month,
    industry_code,
    unit_id,
    alert_level,
    stage,
    alert_count,
    open_count,
    overdue_count,
    verified_count,
    substantiated_count,
    stuck_count,
    clue_count,
    sanction_count,
    recovering_count,
    persons_sum,
    recovered_sum,
from (
    from snapshot.alert_month
    union all
    from overlay.decided_month
) as both_parts
where in_scope_month(region_code, industry_code, unit_id)
