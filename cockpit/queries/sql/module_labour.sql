-- One row per person and day of work on a page of a village's list, newest first, beside the list's length.
select
    id,
    title,
    occurred_on,
    reported_on,
    amount,
    stage,
    completed_on,
    left(person, 6) as person,
    worked_on,
    hours,
    pay,
    is_cadre,
    day,
    is_in_period,
    is_late_entry,
    count(*) over () as total,
from labour
where
    region_code = $village
    and case coalesce($flag, '')
        when 'period' then is_in_period
        when 'late' then is_in_period and coalesce(is_late_entry, false)
        when 'cadre' then is_in_period and coalesce(is_cadre, false)
        else true
    end
order by day desc nulls last, id desc
limit $rows offset $skipped
