-- One row per topic and number of complaints at one place: places that have so many of it, their repeats.
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
    count(*) as place_count,
    sum(repeat_count) as repeat_count,
from cell
group by all
order by all
