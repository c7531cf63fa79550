-- One row per purchase on a page of a village's list, the newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    supplier_code,
    method,
    quotes,
    day,
    is_in_period,
    is_late_entry,
    is_single_source,
    count(*) over () as total,
from procurement
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'single_source' then is_in_period and is_single_source
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
