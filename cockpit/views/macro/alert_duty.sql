-- One row per alert and action that is a person's to do now: the duties of cockpit.loop.transition, as SQL.
-- All alerts are met once; what is left of them is told apart afterwards.
create macro alert_duty(asked_who, asked_role, asked_now) as table (
    with
    met as materialized (
        select
            id,
            region_code,
            industry_code,
            raised_at,
            alert_level,
            due_at,
            stage,
            handler,
            is_accepted,
            (
                (asked_role = 'room' and stage = 'disposed')
                or (asked_role = 'room' and stage in ('raised', 'assigned') and handler is null)
                or (
                    asked_role in ('room', 'team')
                    and stage = 'verified'
                    and not coalesce(contains(' ' || verified_by || ' ', ' ' || asked_who || ' '), false)
                )
                or (asked_role in ('room', 'team', 'station') and stage = 'assigned' and handler = asked_who)
                or (
                    asked_role = 'leader'
                    and stage = 'applied'
                    and not coalesce(contains(' ' || verified_by || ' ', ' ' || asked_who || ' '), false)
                    and not coalesce(contains(' ' || disposed_by || ' ', ' ' || asked_who || ' '), false)
                )
            ) as is_next,
            (
                asked_role = 'leader'
                and alert_level = 'red'
                and is_open
                and due_at < asked_now
                and not is_urged
                and handler is distinct from asked_who
            ) as is_left_lying,
            (
                asked_role in ('leader', 'room')
                and stage in ('assigned', 'verified')
                and extension_by <> asked_who
            ) as is_asked,
        from alert
        where is_next or is_left_lying or is_asked
    ),

    duty as (
        select
            case
                when stage = 'verified' then 'dispose'
                when stage = 'disposed' then 'apply'
                when stage = 'applied' then 'assess'
                when handler is null then 'assign'
                when is_accepted then 'verify'
                else 'accept'
            end as task,
            *,
        from met
        where is_next
        union all
        select
            'urge' as task,
            *,
        from met
        where is_left_lying
        union all
        select
            'approve_extension' as task,
            *,
        from met
        where is_asked
    )

    select
        task,
        id,
        region_code,
        industry_code,
        raised_at,
        alert_level,
        due_at,
        coalesce(due_at < asked_now, false) as is_late,
    from duty
);
