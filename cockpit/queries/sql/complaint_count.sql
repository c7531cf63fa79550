-- One row per month with complaints that match, the latest first.
select
    received_month as month,
    count(*) as total,
from
    complaint_match(
        $region_low,
        $region_high,
        $since,
        $until,
        $industry,
        $stage,
        $state,
        $search,
        $category,
        $unit,
        $due,
        $rated,
        case when $own then $focus end,
        $repeat,
        $cluster
    )
group by received_month
order by received_month desc
