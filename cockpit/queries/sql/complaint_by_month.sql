-- One row per month of receipt with complaints in the focus and period.
select
    c.month,
    cast(coalesce(sum(c.sign * c.complaint_count), 0) as bigint) as complaint_count,
    cast(coalesce(sum(c.sign * c.closed_count), 0) as bigint) as closed_count,
    cast(coalesce(sum(c.sign * c.due_count), 0) as bigint) as due_count,
    cast(coalesce(sum(c.sign * c.on_time_count), 0) as bigint) as on_time_count,
    cast(coalesce(sum(c.sign * c.overdue_count), 0) as bigint) as overdue_count,
    cast(coalesce(sum(c.sign * c.rated_count), 0) as bigint) as rated_count,
    cast(coalesce(sum(c.sign * c.satisfied_count), 0) as bigint) as satisfied_count,
    cast(coalesce(sum(c.sign * c.handling_days_sum), 0) as double) as handling_days_sum,
from complaint_cell($targets, $edges, $bound) as c
where
    ($industry is null or c.industry_code = $industry)
group by c.month
order by c.month
