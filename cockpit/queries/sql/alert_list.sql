-- One row per alert on one page of those that match; `fetch_page` puts the order chosen for this one.
-- The page is found on narrow rows; `alert_rows` has the other columns of it alone.
select
    id,
    position,
from
    alert_match(
        $region_low, $region_high, $since, $until, $industry, $level, $stage, $state, $handler, $search
    )
order by raised_at desc nulls last, id desc
limit $rows offset $skipped
