-- One row per part of the focus, silent ones included, and one for what is recorded at the focus itself.
select
    p.area as region_code,
    case when p.area = $remainder then '本级（未细分）' else any_value(r.name) end as name,
    case when p.area = $remainder then null else any_value(r.level) end as level,
    case when p.area = $remainder then null else any_value(r.population) end as population,
    cast(coalesce(sum(c.sign * c.alert_count), 0) as bigint) as alert_count,
    cast(coalesce(sum(c.sign * c.open_count), 0) as bigint) as open_count,
    cast(coalesce(sum(c.sign * c.overdue_count), 0) as bigint) as overdue_count,
    cast(coalesce(sum(c.sign * c.verified_count), 0) as bigint) as verified_count,
    cast(coalesce(sum(c.sign * c.substantiated_count), 0) as bigint) as substantiated_count,
    cast(coalesce(sum(c.sign * c.persons_sum), 0) as bigint) as persons_sum,
    round(coalesce(sum(c.sign * c.recovered_sum), 0), 2) as recovered_sum,
    cast(
        coalesce(sum(c.sign * c.open_count) filter (where c.alert_level = 'red'), 0) as bigint
    ) as red_open_count,
from unnest($areas) as p (area)
left join region as r on p.area = r.code
left join alert_cell($targets, $edges, $bound) as c
    on
        p.area = c.area
        and ($industry is null or c.industry_code = $industry)
        and ($level is null or c.alert_level = $level)
        and ($stage is null or c.stage = $stage)
where $bound['region_high'] <> ''
group by p.area
having p.area is distinct from $remainder or alert_count <> 0
order by p.area = $remainder, p.area
