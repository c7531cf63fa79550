-- One row per month with complaints that match, the latest first.
with
-- What comes back is counted by itself, as long as nothing is asked that only the complaint tells.
again as (
    select received_month,
    from complaint_repeat
    where
        $repeat
        and coalesce($stage, $state, $search, $due, $rated, $cluster) is null
        and region_code between $region_low and $region_high
        and received_at >= $since
        and received_at < $until
        and ($own is null or not $own or region_code = $focus)
        and ($industry is null or coalesce(industry_code, '') = $industry)
        and ($category is null or coalesce(category, '') = $category)
        and ($unit is null or coalesce(unit_id, '') = $unit)
),

matching as (
    select received_month,
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
    where
        $repeat is null
        or not $repeat
        or coalesce($stage, $state, $search, $due, $rated, $cluster) is not null
)

select
    received_month as month,
    count(*) as total,
from (
    from again
    union all
    from matching
) as listed
group by received_month
order by received_month desc
