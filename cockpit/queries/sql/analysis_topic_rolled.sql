-- One row per topic, number of complaints and repeats at one place: how many places have so many of it.
with told as (
    select
        cell,
        cast(sum(complaint_count) as integer) as complaint_count,
        cast(sum(repeat_count) as integer) as repeat_count,
    from complaint_topic
    where
        region_code between $region_low and $region_high
        and month >= cast($since as date)
        and month < cast($until as date)
        and ($industry is null or coalesce(industry_code, '') = $industry)
    group by cell
),

spread as (
    select
        cast(cell % 1048576 as integer) as number,
        complaint_count,
        repeat_count,
        count(*) as place_count,
    from told
    group by all
)

select
    coalesce(t.industry_code, '') as industry_code,
    coalesce(t.category, '') as category,
    s.complaint_count,
    s.repeat_count,
    s.place_count,
from spread as s
inner join topic as t on s.number = t.number
order by all
