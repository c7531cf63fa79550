-- One row per number of whole days since they were raised, of red alerts that are open.
select
    greatest(date_diff('day', cast(raised_at as date), $today), 0) as days,
    count(*) as alert_count,
from alert_count
where
    is_open
    and alert_level = 'red'
    and region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
group by all
order by all
