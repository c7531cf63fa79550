-- One row per complaint in scope that tells of one problem with others of its place.
select
    cluster_id,
    id,
    region_code,
    industry_code,
    unit_id,
    received_at,
    received_month,
    category,
    subject,
    text,
    writer,
    is_closed,
    is_recent,
    representative_order,
from snapshot.complaint_cluster_member
where in_scope(region_code, industry_code, unit_id)
