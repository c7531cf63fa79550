-- One row: how much is this person's to do, and how much of it is past its limit.
select
    count(*) as open_count,
    count(*) filter (where is_late) as overdue_count,
from alert_duty($who, $role, $now)
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
    and ($level is null or alert_level = $level)
    and ($task is null or task = $task)
    and ($late is null or is_late = $late)
