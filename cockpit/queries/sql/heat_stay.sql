-- One row per stage, whole days stayed in it and whether it has been left: the stays of alerts of the period.
-- The present one of each alert lasts until the data date.
select
    stage,
    days,
    true as is_left,
    count(*) as stay_count,
from alert_stay
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
    and ($level is null or alert_level = $level)
group by all
union all
select
    stage,
    greatest(date_diff('day', stage_at, $now_at), 0) as days,
    false as is_left,
    count(*) as stay_count,
from alert_now
where
    stage <> 'assessed'
    and region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
    and ($level is null or alert_level = $level)
group by all
