-- One row per use of the seal on a page of a village's list, the newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    purpose,
    approver,
    document_no,
    day,
    is_in_period,
    is_late_entry,
    is_unapproved,
    is_unnumbered,
    count(*) over () as total,
from seal
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'unapproved' then is_in_period and is_unapproved
        when 'unnumbered' then is_in_period and is_unnumbered
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
