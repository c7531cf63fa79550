-- One row per complaint that matches what a list asks for; null asks for nothing.
create macro complaint_match(
    asked_region_low,
    asked_region_high,
    asked_since,
    asked_until,
    asked_industry,
    asked_stage,
    asked_state,
    asked_search
) as table (
    select
        id,
        region_code,
        received_at,
        received_month,
        due_at,
        closed_at,
        handling_days,
        satisfaction,
    from complaint
    where
        region_code between asked_region_low and asked_region_high
        and received_at >= asked_since
        and received_at < asked_until
        and (asked_industry is null or industry_code = asked_industry)
        and (asked_stage is null or stage = asked_stage)
        and (asked_state is null or asked_state <> 'open' or not is_closed)
        and (asked_state is null or asked_state <> 'closed' or is_closed)
        and (asked_state is null or asked_state <> 'overdue' or is_overdue)
        and (
            asked_search is null
            or contains(lower(id), lower(asked_search))
            or contains(lower(subject), lower(asked_search))
            or contains(lower(text), lower(asked_search))
            or contains(lower(place), lower(asked_search))
            or contains(lower(category), lower(asked_search))
        )
);
