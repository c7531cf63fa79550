-- One row per alert that matches, in scope; the caller adds order, page and count.
select
    id,
    region_code,
    industry_code,
    unit_id,
    alert_level,
    model,
    module,
    source,
    title,
    subject_name,
    amount,
    stage,
    stage_at,
    raised_at,
    due_at,
    finding,
    disposition,
    four_form,
    persons,
    recovered,
    is_open,
    is_overdue,
from alert
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and ($industry is null or industry_code = $industry)
    and ($level is null or alert_level = $level)
    and ($stage is null or stage = $stage)
    and ($state is null or $state <> 'open' or is_open)
    and ($state is null or $state <> 'closed' or not is_open)
    and ($state is null or $state <> 'overdue' or is_overdue)
    and (
        $search is null
        or contains(lower(id), lower($search))
        or contains(lower(title), lower($search))
        or contains(lower(model), lower($search))
        or contains(lower(subject_name), lower($search))
    )
