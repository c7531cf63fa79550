-- One row per complaint that tells of one problem with others of its place.
select
    complaint_group.cluster_id,
    complaint.id,
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_at,
    complaint.received_month,
    complaint.category,
    complaint.subject,
    complaint.text,
    complaint.writer,
    complaint.is_closed,
    complaint.received_at > build.as_of - setting.cluster_days * interval 1 day as is_recent,
    complaint_group.representative_order,
from complaint_group
inner join complaint
    on complaint_group.id = complaint.id
cross join build
cross join setting
order by complaint.region_code, complaint_group.cluster_id, complaint.received_at, complaint.id
