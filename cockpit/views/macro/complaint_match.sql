-- One row per complaint that matches what a list asks for; null asks for nothing, '' for what has no value.
create macro complaint_match(
    asked_region_low,
    asked_region_high,
    asked_since,
    asked_until,
    asked_industry,
    asked_stage,
    asked_state,
    asked_search,
    asked_category,
    asked_unit,
    asked_due,
    asked_rated,
    asked_own,
    asked_repeat,
    asked_cluster
) as table (
    with found as (
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
            and (asked_own is null or region_code = asked_own)
            and (
                asked_industry is null
                or industry_code = asked_industry
                or (asked_industry = '' and industry_code is null)
            )
            and (
                asked_category is null
                or category = asked_category
                or (asked_category = '' and category is null)
            )
            and (asked_unit is null or unit_id = asked_unit or (asked_unit = '' and unit_id is null))
            and (asked_stage is null or stage = asked_stage)
            and (asked_state is null or asked_state <> 'open' or not is_closed)
            and (asked_state is null or asked_state <> 'closed' or is_closed)
            and (asked_state is null or asked_state <> 'overdue' or is_overdue)
            and (asked_due is null or asked_due <> 'due' or is_on_time is not null)
            and (asked_due is null or asked_due <> 'on_time' or is_on_time)
            and (asked_due is null or asked_due <> 'late' or not is_on_time)
            and (asked_rated is null or asked_rated <> 'rated' or satisfaction is not null)
            and (asked_rated is null or asked_rated <> 'satisfied' or satisfaction >= 4)
            and (asked_rated is null or asked_rated <> 'unsatisfied' or satisfaction < 4)
            and (
                asked_search is null
                or contains(lower(id), lower(asked_search))
                or contains(lower(subject), lower(asked_search))
                or contains(lower(text), lower(asked_search))
                or contains(lower(place), lower(asked_search))
                or contains(lower(category), lower(asked_search))
            )
    ),

    again as (
        select id,
        from complaint_repeat
        where
            asked_repeat is not null
            and region_code between asked_region_low and asked_region_high
            and received_at >= asked_since
            and received_at < asked_until
    ),

    member as (
        select id,
        from complaint_cluster_member
        where cluster_id = asked_cluster
    )

    -- Each on its own: looking into other relations would cost every list.
    select
        id,
        region_code,
        received_at,
        received_month,
        due_at,
        closed_at,
        handling_days,
        satisfaction,
    from found
    where asked_repeat is null and asked_cluster is null
    union all
    select
        found.id,
        found.region_code,
        found.received_at,
        found.received_month,
        found.due_at,
        found.closed_at,
        found.handling_days,
        found.satisfaction,
    from found
    semi join again on found.id = again.id
    where asked_repeat and asked_cluster is null
    union all
    select
        found.id,
        found.region_code,
        found.received_at,
        found.received_month,
        found.due_at,
        found.closed_at,
        found.handling_days,
        found.satisfaction,
    from found
    anti join again on found.id = again.id
    where not asked_repeat and asked_cluster is null
    union all
    select
        found.id,
        found.region_code,
        found.received_at,
        found.received_month,
        found.due_at,
        found.closed_at,
        found.handling_days,
        found.satisfaction,
    from found
    semi join member on found.id = member.id
    where
        asked_cluster is not null
        and (
            asked_repeat is null
            or asked_repeat = (
                found.id in (
                    select again.id,
                    from again
                )
            )
        )
);
