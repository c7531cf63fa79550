-- One row per publication of what was paid out of a fund in a place.
select
    id,
    region_code,
    fund,
    amount,
    recipients,
    published_on,
    for_year,
    updated_at,
from raw.fund_publication
