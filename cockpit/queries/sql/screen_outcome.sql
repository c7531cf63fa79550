-- One row per month of raising and stage: what became of alerts, from the roll-up of the roots of the focus.
select
    month,
    stage,
    cast(sum(alert_count) as bigint) as alert_count,
    cast(sum(overdue_count) as bigint) as overdue_count,
    cast(sum(stuck_count) as bigint) as stuck_count,
    cast(sum(clue_count) as bigint) as clue_count,
    cast(sum(sanction_count) as bigint) as sanction_count,
    cast(sum(recovering_count) as bigint) as recovering_count,
    cast(sum(recovered_sum) as double) as recovered_sum,
from alert_month
where
    level between $root_level_low and $root_level_high
    and list_contains($roots, region_code)
    and month >= $since
    and month < $until
group by all
having sum(alert_count) > 0
order by all
