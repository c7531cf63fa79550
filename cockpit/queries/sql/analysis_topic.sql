-- One row per topic, number of complaints and repeats at one place: how many places have so many of it.
with cell as (
    select
        c.region_code,
        c.industry_code,
        c.category,
        count(*) as complaint_count,
        count(r.id) as repeat_count,
    from complaint as c
    left join complaint_repeat as r
        on c.id = r.id and c.region_code = r.region_code and c.received_at = r.received_at
    where
        c.region_code between $region_low and $region_high
        and c.received_at >= $since
        and c.received_at < $until
        and ($industry is null or coalesce(c.industry_code, '') = $industry)
    group by c.region_code, c.industry_code, c.category
)

select
    coalesce(industry_code, '') as industry_code,
    coalesce(category, '') as category,
    complaint_count,
    repeat_count,
    count(*) as place_count,
from cell
group by all
order by all
