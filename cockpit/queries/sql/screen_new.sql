-- One row per red alert raised in the days asked for, the newest first: its place told down to the town.
select
    mark,
    raised_at,
    case
        when right(region_code, 3) = '000' then region_code
        else rpad(left(region_code, 9), 12, '0')
    end as region_code,
    module,
    stage,
    is_open,
from alert_count
where
    alert_level = 'red'
    and region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
order by raised_at desc, mark asc
