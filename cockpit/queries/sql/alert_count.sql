-- One row per month with alerts that match, the latest first.
select
    raised_month as month,
    count(*) as total,
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
group by raised_month
order by raised_month desc
