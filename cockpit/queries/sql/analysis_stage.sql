-- One row per group, stage, whole days in it and whether it was left; of open ones until the data date.
with visit as (
    select
        e.complaint_id,
        e.region_code,
        e.stage,
        e.at as entered_at,
        lead(e.at) over (
            partition by e.complaint_id
            order by e.at, list_position(['accepted', 'referred', 'handling', 'reviewed', 'replied', 'rated'], e.stage)
        ) as next_at,
    from complaint_event as e
    where e.region_code between $region_low and $region_high
)

select
    case
        when $by = 'region' then left(c.region_code, $prefix)
        when $by = 'unit' then coalesce(c.unit_id, '')
        when $by = 'industry' then coalesce(c.industry_code, '')
        else ''
    end as part,
    v.stage,
    cast(floor(date_diff(
        'second',
        v.entered_at,
        coalesce(v.next_at, case when c.is_closed then c.closed_at else b.as_of end)
    ) / 86400) as integer) as days,
    v.next_at is not null or c.is_closed as is_left,
    count(*) as visit_count,
from visit as v
inner join complaint as c on v.complaint_id = c.id and v.region_code = c.region_code
cross join build as b
where
    c.received_at >= $since
    and c.received_at < $until
    and ($industry is null or coalesce(c.industry_code, '') = $industry)
    -- The last stage is left by closing; what is answered or rated waits for nobody.
    and (
        v.next_at is not null
        or (c.is_closed and v.entered_at < c.closed_at)
        or (not c.is_closed and v.stage not in ('replied', 'rated'))
    )
group by all
