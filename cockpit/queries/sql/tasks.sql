-- One row per alert and action on one page of what is this person's to do, the earliest due first.
select
    task,
    id,
    region_code,
    raised_at,
    is_late,
from alert_duty($who, $role, $now)
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
    and ($level is null or alert_level = $level)
    and ($task is null or task = $task)
    and ($late is null or is_late = $late)
order by due_at asc nulls last, id asc, task asc
limit $rows offset $skipped
