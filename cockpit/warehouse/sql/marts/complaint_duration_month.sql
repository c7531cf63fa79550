-- One row per level (no towns or villages), region, month, industry, span, whole days and whether it is over.
with
back as (
    select
        repeat_of as id,
        industry_code,
        min(days_since_closure) as days,
    from complaint_repeat
    group by repeat_of, industry_code
),

span as (
    select
        complaint.region_code,
        complaint.received_month as month,
        complaint.industry_code,
        'whole' as span,
        coalesce(
            complaint.handling_days, date_diff('second', complaint.received_at, build.as_of) / 86400.0
        ) as days,
        complaint.is_closed as is_over,
    from complaint
    cross join build
    union all
    select
        region_code,
        cast(date_trunc('month', received_at) as date) as month,
        industry_code,
        stage as span,
        stay_days as days,
        is_left as is_over,
    from complaint_event
    where stay_days is not null
    union all
    -- Nothing is looked for beyond repeat_days.
    select
        complaint.region_code,
        complaint.received_month as month,
        complaint.industry_code,
        'return' as span,
        least(
            coalesce(back.days, date_diff('second', complaint.closed_at, build.as_of) / 86400.0),
            setting.repeat_days
        ) as days,
        back.id is not null as is_over,
    from complaint
    cross join build
    cross join setting
    left join back
        on
            complaint.id = back.id
            and complaint.industry_code is not distinct from back.industry_code
    where complaint.is_closed
),

own as (
    select
        rpad(left(region_code, 6), 12, '0') as region_code,
        month,
        coalesce(industry_code, '') as industry_code,
        span,
        cast(floor(days) as integer) as days,
        is_over,
        count(*) as complaint_count,
    from span
    group by
        rpad(left(region_code, 6), 12, '0'),
        month,
        coalesce(industry_code, ''),
        span,
        cast(floor(days) as integer),
        is_over
),

rolled as (
    select
        pair.ancestor_code as region_code,
        own.month,
        own.industry_code,
        own.span,
        own.days,
        own.is_over,
        cast(sum(own.complaint_count) as bigint) as complaint_count,
    from own
    inner join stg_region_ancestor as pair
        on own.region_code = pair.code
    group by pair.ancestor_code, own.month, own.industry_code, own.span, own.days, own.is_over
)

select
    region.level,
    rolled.region_code,
    region.parent,
    rolled.month,
    rolled.industry_code,
    '*' as unit_id,
    rolled.span,
    rolled.days,
    rolled.is_over,
    rolled.complaint_count,
from rolled
inner join stg_region as region
    on rolled.region_code = region.code
order by rolled.span, region.level, rolled.region_code, rolled.month
