-- One row per payment of relief on a page of a village's list, the newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    scheme,
    left(recipient, 6) as recipient,
    household_size,
    day,
    is_in_period,
    is_late_entry,
    is_overlap,
    count(*) over () as total,
from relief
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'overlap' then is_overlap
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
