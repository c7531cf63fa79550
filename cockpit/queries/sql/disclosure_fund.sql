-- One row per place of a level in the focus, fund and year ($year alone, where it is given).
select
    told.region_code,
    place.name,
    place.full_name,
    told.fund,
    told.year,
    told.paid_sum,
    told.payment_count,
    told.recipient_count,
    told.published_sum,
    told.publication_count,
    told.published_recipient_count,
    told.latest_on,
from fund_year as told
left join region as place on told.region_code = place.code
where
    told.level = $place_level
    and told.region_code between $region_low and $region_high
    and ($year is null or told.year = $year)
order by told.region_code, told.fund, told.year
