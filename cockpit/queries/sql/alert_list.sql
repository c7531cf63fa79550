-- One row per alert on one page of those that match; `fetch_page` puts the order chosen for this one.
-- The page is found on narrow rows; `alert_rows` has the other columns of it alone.
select
    id,
    position,
from
    alert_match(
        $region_low,
        $region_high,
        $since,
        $until,
        $industry,
        $level,
        $stage,
        $state,
        $handler,
        $search,
        $module,
        $model,
        $source,
        $unit,
        $finding,
        $disposition,
        $has_clue,
        $has_case,
        $has_sanction,
        $has_persons,
        $has_recovered,
        $stage_since,
        $stage_until,
        case when $own then $focus end,
        $subject_of
    )
order by raised_at desc nulls last, id desc
limit $rows offset $skipped
