-- One row per day with complaints in the focus, part of it and industry, as far as these are asked for.
select
    cast(received_at as date) as day,
    case when $by = 'industry' then coalesce(industry_code, '') end as industry_code,
    case when $by = 'region' then region_code end as region_code,
    count(*) as complaint_count,
from complaint_count
where
    region_code between $region_low and $region_high
    and received_at >= $since
    and received_at < $until
    and ($industry is null or coalesce(industry_code, '') = $industry)
group by all
