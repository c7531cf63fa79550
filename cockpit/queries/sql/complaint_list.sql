-- One row per complaint on one page of those that match; `fetch_page` puts the order chosen for this one.
-- The page is found on narrow rows; names and the other columns are looked up for it alone.
with listed as (
    select
        id,
        region_code,
        received_at,
    from
        complaint_match(
            $region_low,
            $region_high,
            $since,
            $until,
            $industry,
            $stage,
            $state,
            $search,
            $category,
            $unit,
            $due,
            $rated,
            case when $own then $focus end,
            $repeat,
            $cluster
        )
    order by received_at desc nulls last, id desc
    limit $rows offset $skipped
)

select
    c.id,
    c.region_code,
    c.industry_code,
    c.unit_id,
    c.category,
    c.channel,
    c.subject,
    c.stage,
    c.received_at,
    c.due_at,
    c.closed_at,
    c.is_closed,
    c.is_on_time,
    c.is_overdue,
    c.handling_days,
    c.satisfaction,
    c.outcome,
    r.full_name as region_name,
    i.name as industry_name,
    u.name as unit_name,
from complaint as c
semi join listed as l
    on c.id = l.id and c.region_code = l.region_code and c.received_at = l.received_at
left join region as r on c.region_code = r.code
left join industry as i on c.industry_code = i.code
left join unit as u on c.unit_id = u.id
order by received_at desc nulls last, id desc
