-- One row per alert on one page of those that match, beside how many there are in all; one row without an
-- alert where the page has none. `fetch_page` puts the order chosen for this one.
-- The page is found on narrow rows; `alert_rows` has the other columns of it alone.
with
met as materialized (
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
),

page as (
    select *,
    from met
    order by raised_at desc nulls last, position desc
    limit $rows offset $skipped
),

listed as (
    select count(*) as total,
    from met
)

select
    listed.total,
    page.position,
from listed
left join page on true
order by raised_at desc nulls last, position desc
