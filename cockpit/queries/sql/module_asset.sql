-- One row per asset on a page of a village's list, the newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    kind,
    area,
    lessee,
    lease_from,
    lease_to,
    rent_due,
    rent_paid,
    day,
    is_in_period,
    is_late_entry,
    is_running,
    is_due_soon,
    is_idle,
    arrears,
    count(*) over () as total,
from asset
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'running' then is_running
        when 'due_soon' then is_due_soon
        when 'idle' then is_idle
        when 'arrears' then arrears > 0
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
