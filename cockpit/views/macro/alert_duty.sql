-- One row per alert and action that is a person's to do now: the duties of cockpit.loop.transition, as SQL.
create macro alert_duty(asked_who, asked_role, asked_now) as table (
    with
    waiting as materialized (
        select
            id,
            region_code,
            industry_code,
            raised_at,
            alert_level,
            due_at,
            case
                when asked_role = 'room' and handler is null and stage in ('raised', 'assigned') then 'assign'
                when asked_role in ('room', 'team', 'station') and handler = asked_who and stage = 'assigned'
                    then case when is_accepted then 'verify' else 'accept' end
                when
                    asked_role in ('room', 'team')
                    and stage = 'verified'
                    and not coalesce(contains(' ' || verified_by || ' ', ' ' || asked_who || ' '), false)
                    then 'dispose'
                when asked_role = 'room' and stage = 'disposed' then 'apply'
                when
                    asked_role = 'leader'
                    and stage = 'applied'
                    and not coalesce(contains(' ' || verified_by || ' ', ' ' || asked_who || ' '), false)
                    and not coalesce(contains(' ' || disposed_by || ' ', ' ' || asked_who || ' '), false)
                    then 'assess'
            end as step,
            coalesce(
                asked_role = 'leader'
                and alert_level = 'red'
                and is_open
                and due_at < asked_now
                and not is_urged
                and handler is distinct from asked_who,
                false
            ) as is_to_urge,
            coalesce(
                asked_role in ('leader', 'room')
                and stage in ('assigned', 'verified')
                and extension_by <> asked_who,
                false
            ) as is_to_approve,
        from alert
        where
            (asked_role = 'room' and stage in ('raised', 'assigned', 'verified', 'disposed'))
            or (asked_role = 'team' and stage = 'verified')
            or (asked_role = 'leader' and (stage = 'applied' or extension_by is not null))
            or (asked_role = 'leader' and alert_level = 'red' and is_open and not is_urged)
            or (asked_role in ('team', 'station') and handler = asked_who)
    ),

    duty as (
        select
            w.*,
            w.step as task,
        from waiting as w
        where w.step is not null
        union all
        select
            w.*,
            'urge' as task,
        from waiting as w
        where w.is_to_urge
        union all
        select
            w.*,
            'approve_extension' as task,
        from waiting as w
        where w.is_to_approve
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
