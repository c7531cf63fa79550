-- One row per alert and action on one page of what is this person's to do, the earliest due first, beside how
-- many there are in all; one row without an alert where the page has none.
with
duty as materialized (
    select
        task,
        position,
        due_at,
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
),

page as (
    select
        task,
        position,
        due_at,
        is_late,
    from duty
    order by due_at asc nulls last, position asc, task asc
    limit $rows offset $skipped
),

listed as (
    select count(*) as total,
    from duty
)

select
    listed.total,
    page.task,
    page.position,
    page.is_late,
from listed
left join page on true
order by page.due_at asc nulls last, page.position asc, page.task asc
