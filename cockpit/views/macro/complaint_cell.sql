-- One row per target, month and the other keys of the roll-up; several for days at the edges of a period.
-- A target is a region and a run of whole months, an edge a region and days inside one month; `bound` holds
-- the lowest and highest keys among them, for pruning. Without edges no fact is touched.
create macro complaint_cell(targets, edges, bound) as table (
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
        m.complaint_count,
        m.closed_count,
        m.due_count,
        m.on_time_count,
        m.overdue_count,
        m.rated_count,
        m.satisfied_count,
        m.handling_days_sum,
        m.repeat_count,
    from complaint_month as m
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
        f.received_month as month,
        coalesce(f.industry_code, '') as industry_code,
        1 as complaint_count,
        cast(f.is_closed as bigint) as closed_count,
        cast(f.is_on_time is not null as bigint) as due_count,
        cast(coalesce(f.is_on_time, false) as bigint) as on_time_count,
        cast(f.is_overdue as bigint) as overdue_count,
        cast(f.satisfaction is not null as bigint) as rated_count,
        cast(coalesce(f.satisfaction >= 4, false) as bigint) as satisfied_count,
        coalesce(f.handling_days, 0) as handling_days_sum,
        cast(r.id is not null as bigint) as repeat_count,
    from complaint as f
    inner join e
        on
            f.received_month = e.month
            and f.received_at >= e.since
            and f.received_at < e.until
            and f.region_code >= e.region_low
            and f.region_code <= e.region_high
    left join complaint_repeat as r
        on f.id = r.id and f.region_code = r.region_code and f.received_at = r.received_at
    where
        bound['has_edge']
        and f.region_code between bound['region_low'] and bound['region_high']
);
