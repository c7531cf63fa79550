-- One row per problem that several complaints tell of, one of them or more in the period; the hottest first.
with listed as (
    select
        cluster_id,
        any_value(region_code) as region_code,
        arg_min(id, representative_order) as representative_id,
        count(*) as complaint_count,
        count(*) filter (where received_at >= $since and received_at < $until) as period_count,
        count(distinct writer) as writer_count,
        count(*) filter (where writer is null) as unsigned_count,
        count(*) filter (where not is_closed) as open_count,
        count(*) filter (where is_recent) as recent_count,
        min(received_at) as first_at,
        max(received_at) as last_at,
        count(*) over () as total,
    from complaint_cluster_member
    where region_code between $region_low and $region_high
    group by cluster_id
    having
        count(*) > 1
        and period_count > 0
        and ($industry is null or bool_or(coalesce(industry_code, '') = $industry))
    order by recent_count desc, complaint_count desc, cluster_id asc
    limit $rows offset $skipped
)

select
    l.cluster_id,
    l.region_code,
    r.full_name as region_name,
    m.industry_code,
    i.name as industry_name,
    m.category,
    l.representative_id,
    m.subject,
    m.text,
    l.complaint_count,
    l.period_count,
    l.writer_count,
    l.unsigned_count,
    l.open_count,
    l.recent_count,
    l.recent_count / l.complaint_count as heat,
    l.first_at,
    l.last_at,
    l.total,
from listed as l
inner join complaint_cluster_member as m
    on l.representative_id = m.id and l.region_code = m.region_code and l.cluster_id = m.cluster_id
left join region as r on l.region_code = r.code
left join industry as i on m.industry_code = i.code
order by l.recent_count desc, l.complaint_count desc, l.cluster_id asc
