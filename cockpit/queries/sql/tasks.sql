-- One row per alert and action on one page of what is this person's to do, the earliest due first.
-- `task_total` and `late_total` count all of them.
with
mine as materialized (
    select
        task,
        id,
        region_code,
        raised_at,
        due_at,
        is_late,
    from alert_duty($who, $role, $now)
    where
        region_code between $region_low and $region_high
        and raised_at >= $since
        and raised_at < $until
        and ($industry is null or industry_code = $industry)
        and ($level is null or alert_level = $level)
        and ($task is null or task = $task)
        and ($late is null or is_late = $late)
),

listed as (
    select *,
    from mine
    order by due_at asc nulls last, id asc, task asc
    limit $rows offset $skipped
),

counted as (
    select
        count(*) as task_total,
        count(*) filter (where is_late) as late_total,
    from mine
)

select
    l.task,
    c.id,
    c.region_code,
    c.alert_level,
    c.model,
    c.module,
    c.title,
    c.stage,
    c.stage_at,
    c.raised_at,
    c.due_at,
    l.is_late as is_overdue,
    c.is_stuck,
    c.has_conflict,
    c.is_urged,
    c.handler,
    c.extension_by,
    c.extension_days,
    c.version,
    r.full_name as region_name,
    n.task_total,
    n.late_total,
from alert as c
inner join listed as l
    on c.id = l.id and c.region_code = l.region_code and c.raised_at = l.raised_at
cross join counted as n
left join region as r on c.region_code = r.code
order by l.due_at asc nulls last, l.id asc, l.task asc
