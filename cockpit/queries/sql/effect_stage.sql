-- One row per stage in which alerts now are.
select
    stage,
    count(*) as alert_count,
    count(*) filter (where is_overdue) as overdue_count,
    count(*) filter (where is_stuck) as stuck_count,
from alert_count
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and (
        $industry is null
        or industry_code = $industry
        or ($industry = '' and industry_code is null)
    )
    and ($level is null or alert_level = $level)
group by stage
