-- One row per alert that matches what a list asks for; null asks for nothing, '' for what has no value.
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
    asked_search,
    asked_module,
    asked_model,
    asked_source,
    asked_unit,
    asked_finding,
    asked_disposition,
    asked_clue,
    asked_case,
    asked_sanction,
    asked_persons,
    asked_recovered,
    asked_stage_since,
    asked_stage_until,
    asked_own,
    asked_subject_of
) as table (
    with met as not materialized (
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
            and (asked_handler is null or coalesce(handler, '') = asked_handler)
            and (asked_module is null or coalesce(module, '') = asked_module)
            and (asked_model is null or coalesce(model, '') = asked_model)
            and (asked_source is null or coalesce(source, '') = asked_source)
            and (asked_unit is null or coalesce(unit_id, '') = asked_unit)
            and (
                asked_finding is null
                or coalesce(finding, '') = asked_finding
                or (asked_finding = 'verified' and finding is not null)
                or (asked_finding = 'confirmed' and finding in ('substantiated', 'partly'))
            )
            and (asked_disposition is null or coalesce(disposition, '') = asked_disposition)
            and (asked_clue is null or has_clue = asked_clue)
            and (asked_case is null or has_case = asked_case)
            and (asked_sanction is null or has_sanction = asked_sanction)
            and (asked_persons is null or (coalesce(persons, 0) > 0) = asked_persons)
            and (asked_recovered is null or (coalesce(recovered, 0) > 0) = asked_recovered)
            and (asked_stage_since is null or stage_at >= asked_stage_since)
            and (asked_stage_until is null or stage_at < asked_stage_until)
            and (asked_own is null or region_code = asked_own)
    ),

    whose as (
        select subject,
        from alert_text
        where id = asked_subject_of
    ),

    named as (
        select position,
        from alert_text
        where
            (asked_search is not null or asked_subject_of is not null)
            and (asked_search is null or contains(search, lower(asked_search)))
            and (
                asked_subject_of is null
                or subject in (
                    select whose.subject,
                    from whose
                )
            )
    )

    -- Each on its own: looking into the texts would cost every list.
    from met
    where asked_search is null and asked_subject_of is null
    union all
    from met
    semi join named on met.position = named.position
    where asked_search is not null or asked_subject_of is not null
);
