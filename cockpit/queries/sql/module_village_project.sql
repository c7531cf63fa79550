-- One row per village project on a page of a village's list, the newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    estimate,
    award_method,
    bidder_count,
    contract_amount,
    contractor_code,
    paid_amount,
    progress,
    changes,
    day,
    is_in_period,
    is_late_entry,
    is_open,
    is_current,
    is_over,
    is_untendered,
    is_near_threshold,
    is_changed,
    is_single_bid,
    count(*) over () as total,
from village_project
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'open' then is_open
        when 'over' then is_current and is_over
        when 'untendered' then is_current and is_untendered
        when 'near_threshold' then is_current and is_near_threshold
        when 'changed' then is_current and is_changed
        when 'single_bid' then is_current and is_single_bid
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
