-- One row per alert and action that is a person's to do now: the duties of cockpit.loop.transition, as SQL.
-- Each kind is looked for on its own: those of other roles cost nothing, and what is asked of single columns
-- is asked while they are read.
create macro alert_duty(asked_who, asked_role, asked_now) as table (
    with
    duty as (
        select
            'assign' as task,
            *,
        from alert_now
        where asked_role = 'room' and stage in ('raised', 'assigned') and handler is null
        union all
        select
            case when is_accepted then 'verify' else 'accept' end as task,
            *,
        from alert_now
        where asked_role in ('room', 'team', 'station') and stage = 'assigned' and handler = asked_who
        union all
        select
            'dispose' as task,
            *,
        from alert_now
        where
            asked_role in ('room', 'team')
            and stage = 'verified'
            and (verified_by is null or not contains(' ' || verified_by || ' ', ' ' || asked_who || ' '))
        union all
        select
            'apply' as task,
            *,
        from alert_now
        where asked_role = 'room' and stage = 'disposed'
        union all
        select
            'assess' as task,
            *,
        from alert_now
        where
            asked_role = 'leader'
            and stage = 'applied'
            and (verified_by is null or not contains(' ' || verified_by || ' ', ' ' || asked_who || ' '))
            and (disposed_by is null or not contains(' ' || disposed_by || ' ', ' ' || asked_who || ' '))
        union all
        select
            'urge' as task,
            *,
        from alert_now
        where
            asked_role = 'leader'
            and alert_level = 'red'
            and is_open
            and due_at < asked_now
            and not is_urged
            and handler is distinct from asked_who
        union all
        select
            'approve_extension' as task,
            *,
        from alert_now
        where
            asked_role in ('leader', 'room')
            and extension_by <> asked_who
            and stage in ('assigned', 'verified')
    )

    select
        task,
        position,
        region_code,
        industry_code,
        raised_at,
        alert_level,
        due_at,
        coalesce(due_at < asked_now, false) as is_late,
    from duty
);
