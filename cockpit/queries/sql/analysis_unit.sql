-- One row per unit with complaints in the focus and period; an empty id where none is given.
select
    coalesce(c.unit_id, '') as unit_id,
    count(*) as complaint_count,
    count(*) filter (where c.is_closed) as closed_count,
    count(c.is_on_time) as due_count,
    count(*) filter (where c.is_on_time) as on_time_count,
    count(*) filter (where c.is_overdue) as overdue_count,
    count(c.satisfaction) as rated_count,
    count(*) filter (where c.satisfaction >= 4) as satisfied_count,
    coalesce(sum(c.handling_days), 0) as handling_days_sum,
    count(r.id) as repeat_count,
from complaint as c
left join complaint_repeat as r
    on c.id = r.id and c.region_code = r.region_code and c.received_at = r.received_at
where
    c.region_code between $region_low and $region_high
    and c.received_at >= $since
    and c.received_at < $until
    and ($industry is null or coalesce(c.industry_code, '') = $industry)
group by coalesce(c.unit_id, '')
