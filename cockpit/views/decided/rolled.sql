-- One row per cell of the roll-up at some levels that alerts leave (counts below 0) or enter.
with
listed as (
    select unnest($levels, recursive := true),
),

kind as (
    select unnest($kinds) as is_all,
),

rolled as (
    select
        l.level,
        rpad(left(c.region_code, l.digits), 12, '0') as region_code,
        c.month,
        c.industry_code,
        case when k.is_all then '*' else c.unit_id end as unit_id,
        c.alert_level,
        c.stage,
        cast(sum(c.alert_count) as bigint) as alert_count,
        cast(sum(c.open_count) as bigint) as open_count,
        cast(sum(c.overdue_count) as bigint) as overdue_count,
        cast(sum(c.verified_count) as bigint) as verified_count,
        cast(sum(c.substantiated_count) as bigint) as substantiated_count,
        cast(sum(c.stuck_count) as bigint) as stuck_count,
        cast(sum(c.clue_count) as bigint) as clue_count,
        cast(sum(c.sanction_count) as bigint) as sanction_count,
        cast(sum(c.recovering_count) as bigint) as recovering_count,
        cast(sum(c.persons_sum) as bigint) as persons_sum,
        sum(c.recovered_sum) as recovered_sum,
    from cell as c
    cross join listed as l
    cross join kind as k
    group by all
)

select
    c.level,
    c.region_code,
    r.parent,
    c.month,
    c.industry_code,
    c.unit_id,
    c.alert_level,
    c.stage,
    c.alert_count,
    c.open_count,
    c.overdue_count,
    c.verified_count,
    c.substantiated_count,
    c.stuck_count,
    c.clue_count,
    c.sanction_count,
    c.recovering_count,
    c.persons_sum,
    c.recovered_sum,
from rolled as c
inner join snapshot.region as r
    on c.level = r.level and c.region_code = r.code
where
    c.alert_count <> 0
    or c.open_count <> 0
    or c.overdue_count <> 0
    or c.verified_count <> 0
    or c.substantiated_count <> 0
    or c.stuck_count <> 0
    or c.clue_count <> 0
    or c.sanction_count <> 0
    or c.recovering_count <> 0
    or c.persons_sum <> 0
    or c.recovered_sum <> 0
order by c.unit_id, c.level, c.region_code, c.month
