-- One row per complaint that tells of one problem, the most representative first.
select
    m.id,
    m.received_at,
    m.region_code,
    r.full_name as region_name,
    m.industry_code,
    i.name as industry_name,
    m.category,
    m.subject,
    m.text,
    m.is_closed,
    m.is_recent,
    m.representative_order,
from complaint_cluster_member as m
left join region as r on m.region_code = r.code
left join industry as i on m.industry_code = i.code
where m.cluster_id = $cluster
order by m.representative_order asc, m.id asc
