-- One row per alert and action that is a person's to do now: the duties of cockpit.loop.transition, as SQL.
-- Each kind is looked for on its own: what it asks of single columns is then asked while they are read.
create macro alert_duty(asked_who, asked_role, asked_now) as table (
    with
    next_step as (
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
        from alert_now
        where
            case asked_role
                when 'room' then stage in ('raised', 'assigned', 'verified', 'disposed')
                when 'team' then stage in ('assigned', 'verified')
                when 'station' then stage = 'assigned'
                when 'leader' then stage = 'applied'
                else false
            end
            and (
                (stage in ('raised', 'assigned') and handler is null and asked_role = 'room')
                or (stage = 'assigned' and handler = asked_who)
                or stage = 'disposed'
                or (
                    stage in ('verified', 'applied')
                    and not coalesce(contains(' ' || verified_by || ' ', ' ' || asked_who || ' '), false)
                    and (
                        stage = 'verified'
                        or not coalesce(contains(' ' || disposed_by || ' ', ' ' || asked_who || ' '), false)
                    )
                )
            )
    ),

    duty as (
        from next_step
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
        id,
        position,
        region_code,
        industry_code,
        raised_at,
        alert_level,
        due_at,
        coalesce(due_at < asked_now, false) as is_late,
    from duty
);
