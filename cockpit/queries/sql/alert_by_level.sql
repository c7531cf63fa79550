-- One row per alert level with alerts in the focus and period.
select
    c.alert_level,
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
from alert_cell($targets, $edges, $bound) as c
where
    ($industry is null or c.industry_code = $industry)
    and ($level is null or c.alert_level = $level)
    and ($stage is null or c.stage = $stage)
group by c.alert_level
order by c.alert_level
