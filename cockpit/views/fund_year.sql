-- One row per region in scope of every level, fund and year: paid to households, and made public of it.
select
    level,
    region_code,
    parent,
    fund,
    year,
    paid_sum,
    payment_count,
    recipient_count,
    published_sum,
    publication_count,
    published_recipient_count,
    latest_on,
from snapshot.fund_year
where in_scope(region_code, null, null)
