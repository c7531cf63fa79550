-- One row per kind of owner (unit, handler) and owner ('' for none) with open alerts.
with
chosen as (
    select
        coalesce(unit_id, '') as unit_id,
        coalesce(handler, '') as handler,
        is_overdue,
        case
            when is_overdue then greatest(date_diff('day', cast(due_at as date), $today), 0)
        end as late_days,
    from alert_now
    where
        is_open
        and region_code between $region_low and $region_high
        and raised_at >= $since
        and raised_at < $until
        and ($industry is null or coalesce(industry_code, '') = $industry)
        and ($level is null or alert_level = $level)
),

counted as (
    select
        case when grouping(unit_id) = 0 then 'unit' else 'handler' end as kind,
        coalesce(unit_id, handler) as code,
        count(*) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        max(late_days) as late_days,
    from chosen
    group by grouping sets ((unit_id), (handler))
)

select
    o.kind,
    o.code,
    case when o.kind = 'unit' then u.name end as name,
    o.open_count,
    o.overdue_count,
    o.late_days,
from counted as o
left join unit as u on case o.kind when 'unit' then o.code end = u.id
order by o.kind asc, o.overdue_count desc, o.open_count desc, o.code asc
