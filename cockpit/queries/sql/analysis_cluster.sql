-- One row per problem that several complaints tell of, one of them or more in the period; the hottest first.
-- The page is found by what it is ordered by; the rest is counted for it alone.
with listed as (
    select
        cluster_id,
        count(*) as complaint_count,
        count(*) filter (where received_at >= $since and received_at < $until) as period_count,
        count(*) filter (where is_recent) as recent_count,
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
),

told as (
    select
        m.cluster_id,
        any_value(m.region_code) as region_code,
        arg_min(m.id, m.representative_order) as representative_id,
        -- Together, for arg_min passes over missing values.
        arg_min(
            {
                'industry_code': m.industry_code,
                'category': m.category,
                'subject': m.subject,
                'text': m.text
            },
            m.representative_order
        ) as representative,
        count(distinct m.writer) as writer_count,
        count(*) filter (where m.writer is null) as unsigned_count,
        count(*) filter (where not m.is_closed) as open_count,
        min(m.received_at) as first_at,
        max(m.received_at) as last_at,
    from complaint_cluster_member as m
    semi join listed as l on m.cluster_id = l.cluster_id
    where m.region_code between $region_low and $region_high
    group by m.cluster_id
)

select
    l.cluster_id,
    t.region_code,
    r.full_name as region_name,
    t.representative['industry_code'] as industry_code,
    i.name as industry_name,
    t.representative['category'] as category,
    t.representative_id,
    t.representative['subject'] as subject,
    t.representative['text'] as text,
    l.complaint_count,
    l.period_count,
    t.writer_count,
    t.unsigned_count,
    t.open_count,
    l.recent_count,
    l.recent_count / l.complaint_count as heat,
    t.first_at,
    t.last_at,
    l.total,
from listed as l
inner join told as t on l.cluster_id = t.cluster_id
left join region as r on t.region_code = r.code
left join industry as i on t.representative['industry_code'] = i.code
order by l.recent_count desc, l.complaint_count desc, l.cluster_id asc
