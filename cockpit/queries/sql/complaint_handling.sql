-- One row per unit with complaints, then one for all together: how many, how late and how long.
with handled as (
    select
        coalesce(unit_id, '') as unit_id,
        is_closed,
        is_overdue,
        handling_days,
    from complaint
    where
        region_code between $region_low and $region_high
        and received_at >= $since
        and received_at < $until
        and ($industry is null or coalesce(industry_code, '') = $industry)
),

measured as (
    select
        unit_id,
        grouping(unit_id) as is_total,
        count(*) as received_count,
        count(*) filter (where is_closed) as closed_count,
        count(*) filter (where not is_closed) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        quantile_cont(handling_days, [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1]) as days,
    from handled
    group by grouping sets ((unit_id), ())
)

select
    m.unit_id,
    case when m.is_total = 1 then '合计' when m.unit_id = '' then '未标明单位' else coalesce(u.name, m.unit_id) end
        as name,
    m.received_count,
    m.closed_count,
    m.open_count,
    m.overdue_count,
    m.days[4] as median_days,
    m.days[4] * 24 as median_hours,
    cast(floor(m.days[1]) as bigint) as days_p0,
    cast(floor(m.days[2]) as bigint) as days_p20,
    cast(floor(m.days[3]) as bigint) as days_p40,
    cast(floor(m.days[5]) as bigint) as days_p60,
    cast(floor(m.days[6]) as bigint) as days_p80,
    cast(floor(m.days[7]) as bigint) as days_p100,
from measured as m
left join unit as u on m.unit_id = u.id
where $region_high <> ''
order by m.is_total asc, m.received_count desc, m.unit_id asc
