-- One row per target, month and the other keys of the roll-up; several for days at the edges of a period.
-- A target is a region and a run of whole months, an edge a region and days inside one month; `bound` holds
-- the lowest and highest keys among them, for pruning. Without edges no fact is touched.
create macro alert_cell(targets, edges, bound) as table (
    with t as (
        select unnest(targets, recursive := true),
    ),

    e as (
        select unnest(edges, recursive := true),
    )

    select
        t.area,
        t.period,
        t.sign,
        m.month,
        m.industry_code,
        m.alert_level,
        m.stage,
        m.alert_count,
        m.open_count,
        m.overdue_count,
        m.verified_count,
        m.substantiated_count,
        m.persons_sum,
        m.recovered_sum,
    from alert_month as m
    inner join t
        on
            m.level = t.level
            and m.region_code = t.region_code
            and m.month >= t.month_low
            and m.month <= t.month_high
    where
        m.level between bound['level_low'] and bound['level_high']
        and m.region_code between bound['region_low'] and bound['region_high']
    union all
    select
        e.area,
        e.period,
        e.sign,
        f.raised_month as month,
        coalesce(f.industry_code, '') as industry_code,
        f.alert_level,
        f.stage,
        1 as alert_count,
        cast(f.is_open as bigint) as open_count,
        cast(f.is_overdue as bigint) as overdue_count,
        cast(f.finding is not null as bigint) as verified_count,
        cast(coalesce(f.finding in ('substantiated', 'partly'), false) as bigint) as substantiated_count,
        coalesce(f.persons, 0) as persons_sum,
        coalesce(f.recovered, 0) as recovered_sum,
    from alert_now as f
    inner join e
        on
            f.raised_month = e.month
            and f.raised_at >= e.since
            and f.raised_at < e.until
            and f.region_code >= e.region_low
            and f.region_code <= e.region_high
    where
        bound['has_edge']
        and f.region_code between bound['region_low'] and bound['region_high']
);
