-- One row per area and period; for the focus itself also per industry, in the trend per month instead.
select
    c.area,
    c.period,
    case when c.period = 'trend' then c.month end as month,
    case when c.area = '' and c.period <> 'trend' then c.industry_code end as industry_code,
    cast(coalesce(sum(c.sign * c.complaint_count), 0) as bigint) as complaint_count,
    cast(coalesce(sum(c.sign * c.closed_count), 0) as bigint) as closed_count,
    cast(coalesce(sum(c.sign * c.due_count), 0) as bigint) as due_count,
    cast(coalesce(sum(c.sign * c.on_time_count), 0) as bigint) as on_time_count,
    cast(coalesce(sum(c.sign * c.overdue_count), 0) as bigint) as overdue_count,
    cast(coalesce(sum(c.sign * c.rated_count), 0) as bigint) as rated_count,
    cast(coalesce(sum(c.sign * c.satisfied_count), 0) as bigint) as satisfied_count,
    cast(coalesce(sum(c.sign * c.handling_days_sum), 0) as double) as handling_days_sum,
from complaint_cell($targets, $edges, $bound) as c
where $industry is null or c.industry_code = $industry
group by all
