-- One row per root of the focus, month, level and stage, and one per part and month.
-- Each half is pruned by its own keys.
select
    region_code,
    false as is_part,
    month,
    alert_level,
    stage,
    sum(alert_count) as alert_count,
    sum(open_count) as open_count,
    sum(overdue_count) as overdue_count,
    sum(verified_count) as verified_count,
    sum(substantiated_count) as substantiated_count,
    sum(persons_sum) as persons_sum,
    sum(recovered_sum) as recovered_sum,
    coalesce(sum(open_count) filter (where alert_level = 'red'), 0) as red_open_count,
from alert_month
where
    level between $root_level_low and $root_level_high
    and region_code between $root_low and $root_high
    and list_contains($roots, region_code)
    and ($industry is null or industry_code = $industry)
    and ($level is null or alert_level = $level)
group by region_code, month, alert_level, stage
union all
select
    region_code,
    true as is_part,
    month,
    null as alert_level,
    null as stage,
    sum(alert_count) as alert_count,
    sum(open_count) as open_count,
    sum(overdue_count) as overdue_count,
    sum(verified_count) as verified_count,
    sum(substantiated_count) as substantiated_count,
    sum(persons_sum) as persons_sum,
    sum(recovered_sum) as recovered_sum,
    coalesce(sum(open_count) filter (where alert_level = 'red'), 0) as red_open_count,
from alert_month
where
    level between $part_level_low and $part_level_high
    and parent = $focus
    and ($industry is null or industry_code = $industry)
    and ($level is null or alert_level = $level)
group by region_code, month
