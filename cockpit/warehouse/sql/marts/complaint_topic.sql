-- One row per place, topic, month of receipt and unit; `cell` numbers place and topic.
with
place as (
    select
        code as region_code,
        row_number() over (order by code) as number,
    from stg_region
)

select
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_month as month,
    place.number * 1048576 + topic.number as cell,
    cast(count(*) as integer) as complaint_count,
    cast(count(complaint_repeat.id) as integer) as repeat_count,
from complaint
inner join place
    on complaint.region_code = place.region_code
inner join topic
    on
        complaint.industry_code is not distinct from topic.industry_code
        and complaint.category is not distinct from topic.category
left join complaint_repeat
    on complaint.id = complaint_repeat.id
group by
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_month,
    place.number * 1048576 + topic.number
order by complaint.region_code, cell, complaint.received_month
