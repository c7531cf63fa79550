-- One row per part of the focus, silent ones included, and one for what is recorded at the focus itself.
select
    p.area as region_code,
    case when p.area = $remainder then '本级（未细分）' else any_value(r.name) end as name,
    case when p.area = $remainder then null else any_value(r.level) end as level,
    case when p.area = $remainder then null else any_value(r.population) end as population,
    cast(coalesce(sum(c.sign * c.complaint_count), 0) as bigint) as complaint_count,
    cast(coalesce(sum(c.sign * c.closed_count), 0) as bigint) as closed_count,
    cast(coalesce(sum(c.sign * c.due_count), 0) as bigint) as due_count,
    cast(coalesce(sum(c.sign * c.on_time_count), 0) as bigint) as on_time_count,
    cast(coalesce(sum(c.sign * c.overdue_count), 0) as bigint) as overdue_count,
    cast(coalesce(sum(c.sign * c.rated_count), 0) as bigint) as rated_count,
    cast(coalesce(sum(c.sign * c.satisfied_count), 0) as bigint) as satisfied_count,
    cast(coalesce(sum(c.sign * c.handling_days_sum), 0) as double) as handling_days_sum,
from unnest($areas) as p (area)
left join region as r on p.area = r.code
left join complaint_cell($targets, $edges, $bound) as c
    on
        p.area = c.area
        and ($industry is null or c.industry_code = $industry)
where $bound['region_high'] <> ''
group by p.area
having p.area is distinct from $remainder or complaint_count <> 0
order by p.area = $remainder, p.area
