-- One row per problem that at least two complaints in scope tell of; all is counted over these alone.
select
    cluster_id,
    any_value(region_code) as region_code,
    arg_min_null(industry_code, representative_order) as industry_code,
    arg_min_null(category, representative_order) as category,
    arg_min_null(id, representative_order) as representative_id,
    arg_min_null(subject, representative_order) as subject,
    arg_min_null(text, representative_order) as text,
    count(*) as complaint_count,
    count(distinct writer) as writer_count,
    count(*) filter (where writer is null) as unsigned_count,
    count(*) filter (where not is_closed) as open_count,
    count(*) filter (where is_recent) as recent_count,
    count(*) filter (where is_recent) / count(*) as heat,
    min(received_at) as first_at,
    max(received_at) as last_at,
from snapshot.complaint_cluster_member
where in_scope(region_code, industry_code, unit_id)
group by cluster_id
having count(*) > 1
