-- One row per alert that matches what a list asks for; null asks for nothing.
create macro alert_match(
    asked_region_low,
    asked_region_high,
    asked_since,
    asked_until,
    asked_industry,
    asked_level,
    asked_stage,
    asked_state,
    asked_handler,
    asked_search
) as table (
    with met as (
        select
            id,
            position,
            region_code,
            raised_at,
            raised_month,
            due_at,
            stage_at,
            amount,
            alert_level,
            stage,
        from alert_now
        where
            region_code between asked_region_low and asked_region_high
            and raised_at >= asked_since
            and raised_at < asked_until
            and (
                asked_industry is null
                or industry_code = asked_industry
                or (asked_industry = '' and industry_code is null)
            )
            and (asked_level is null or alert_level = asked_level)
            and (asked_stage is null or stage = asked_stage)
            and (asked_state is null or asked_state <> 'open' or is_open)
            and (asked_state is null or asked_state <> 'closed' or not is_open)
            and (asked_state is null or asked_state <> 'overdue' or is_overdue)
            and (asked_state is null or asked_state <> 'stuck' or is_stuck)
            and (asked_state is null or asked_state <> 'conflict' or has_conflict)
            and (asked_handler is null or handler = asked_handler)
    ),

    named as (
        select position,
        from alert_text
        where
            asked_search is not null
            and contains(search, lower(asked_search))
    )

    -- Each on its own: looking into the texts would cost every list.
    from met
    where asked_search is null
    union all
    from met
    semi join named on met.position = named.position
    where asked_search is not null
);
