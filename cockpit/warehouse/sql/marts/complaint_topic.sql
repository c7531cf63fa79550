-- One row per place, topic, month of receipt and unit; `cell` numbers place and topic, topic by topic.
with
met as (
    select distinct
        region_code,
        industry_code,
        category,
    from complaint
),

numbered as (
    select
        met.region_code,
        met.industry_code,
        met.category,
        cast(
            topic.first_cell + row_number() over (partition by topic.first_cell order by met.region_code) - 1
            as integer
        ) as cell,
        region.count_children > 0 as has_parts,
    from met
    inner join region
        on met.region_code = region.code
    inner join topic
        on
            met.industry_code is not distinct from topic.industry_code
            and met.category is not distinct from topic.category
)

select
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_month as month,
    numbered.cell,
    numbered.has_parts,
    cast(count(*) as integer) as complaint_count,
    cast(count(complaint_repeat.id) as integer) as repeat_count,
from complaint
inner join numbered
    on
        complaint.region_code = numbered.region_code
        and complaint.industry_code is not distinct from numbered.industry_code
        and complaint.category is not distinct from numbered.category
left join complaint_repeat
    on complaint.id = complaint_repeat.id
group by
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_month,
    numbered.cell,
    numbered.has_parts
order by complaint.received_month, complaint.region_code, numbered.cell
