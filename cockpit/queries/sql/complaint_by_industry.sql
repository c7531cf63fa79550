-- One row per industry with complaints in the focus and period; an empty code where none is given.
select
    c.industry_code,
    coalesce(any_value(i.name), '未标明行业') as name,
    cast(coalesce(sum(c.sign * c.complaint_count), 0) as bigint) as complaint_count,
    cast(coalesce(sum(c.sign * c.closed_count), 0) as bigint) as closed_count,
    cast(coalesce(sum(c.sign * c.due_count), 0) as bigint) as due_count,
    cast(coalesce(sum(c.sign * c.on_time_count), 0) as bigint) as on_time_count,
    cast(coalesce(sum(c.sign * c.overdue_count), 0) as bigint) as overdue_count,
    cast(coalesce(sum(c.sign * c.rated_count), 0) as bigint) as rated_count,
    cast(coalesce(sum(c.sign * c.satisfied_count), 0) as bigint) as satisfied_count,
    cast(coalesce(sum(c.sign * c.handling_days_sum), 0) as double) as handling_days_sum,
from complaint_cell($targets, $edges, $bound) as c
left join industry as i on c.industry_code = i.code
where
    ($industry is null or c.industry_code = $industry)
group by c.industry_code
order by complaint_count desc, c.industry_code asc
