-- One row per stage and number of days waited in it, up to the data date, of alerts that are open.
select
    stage,
    greatest(date_diff('day', cast(stage_at as date), $today), 0) as days,
    count(*) as alert_count,
    count(*) filter (where is_overdue) as overdue_count,
    count(*) filter (where is_stuck) as stuck_count,
from alert_now
where
    is_open
    and region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
    and ($level is null or alert_level = $level)
group by all
order by all
