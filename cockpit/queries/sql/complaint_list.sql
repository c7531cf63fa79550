-- One row per complaint that matches, in scope; the caller adds order, page and count.
select
    id,
    region_code,
    industry_code,
    unit_id,
    category,
    channel,
    subject,
    stage,
    received_at,
    due_at,
    closed_at,
    is_closed,
    is_on_time,
    is_overdue,
    handling_days,
    satisfaction,
    outcome,
from complaint
where
    region_code between $region_low and $region_high
    and received_at >= $since
    and received_at < $until
    and ($industry is null or industry_code = $industry)
    and ($stage is null or stage = $stage)
    and ($state is null or $state <> 'open' or not is_closed)
    and ($state is null or $state <> 'closed' or is_closed)
    and ($state is null or $state <> 'overdue' or is_overdue)
    and (
        $search is null
        or contains(lower(id), lower($search))
        or contains(lower(subject), lower($search))
        or contains(lower(text), lower($search))
        or contains(lower(place), lower($search))
        or contains(lower(category), lower($search))
    )
