-- One row per county (or what is above), month, industry, unit ('': none), whole days and whether closed.
select
    rpad(left(complaint.region_code, 6), 12, '0') as region_code,
    complaint.received_month as month,
    coalesce(complaint.industry_code, '') as industry_code,
    coalesce(complaint.unit_id, '') as unit_id,
    cast(
        floor(
            coalesce(
                complaint.handling_days, date_diff('second', complaint.received_at, build.as_of) / 86400.0
            )
        ) as integer
    ) as days,
    complaint.is_closed,
    cast(count(*) as integer) as complaint_count,
from complaint
cross join build
group by all
order by unit_id, month, region_code
