-- One row per level and stage in which alerts of a period stood at the end of a day, as the sources tell.
-- An alert without any step by then has just been raised. Red ones also by days since they were raised.
with
raised as (
    select
        id,
        alert_level,
        raised_at,
    from alert_now
    where
        region_code between $region_low and $region_high
        and raised_at >= $since
        and raised_at < $until
),

step as (
    select
        alert_id,
        arg_max(stage, ("at", list_position($stages, stage))) as stage,
    from alert_event
    where
        region_code between $region_low and $region_high
        and "at" < $day_end
    group by alert_id
)

select
    raised.alert_level,
    coalesce(step.stage, 'raised') as stage,
    case
        when raised.alert_level = 'red'
            then greatest(date_diff('day', cast(raised.raised_at as date), $today), 0)
    end as days,
    count(*) as alert_count,
from raised
left join step on raised.id = step.alert_id
group by all
order by all
