-- One row per place, topic, month of receipt and unit: its cell, and complaints and repeats in one number.
select
    cell,
    cast(complaint_count + $base * repeat_count as double) as told,
from complaint_topic
where
    region_code between $region_low and $region_high
    and month >= cast($since as date)
    and month < cast($until as date)
    and ($industry is null or coalesce(industry_code, '') = $industry)
