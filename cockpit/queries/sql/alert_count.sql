-- One row per month with alerts that match, the latest first.
select
    raised_month as month,
    count(*) as total,
from
    alert_match(
        $region_low, $region_high, $since, $until, $industry, $level, $stage, $state, $handler, $search
    )
group by raised_month
order by raised_month desc
