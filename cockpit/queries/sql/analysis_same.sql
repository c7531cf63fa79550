-- One row per other complaint in scope that tells of the same problem as one in scope, the latest first.
with here as (
    select cluster_id,
    from complaint_cluster_member
    where id = $id and region_code = $place
)

select
    m.cluster_id,
    m.id,
    m.received_at,
    m.subject,
    m.is_closed,
from complaint_cluster_member as m
inner join here on m.cluster_id = here.cluster_id
where m.region_code = $place and m.id <> $id
order by m.received_at desc, m.id asc
