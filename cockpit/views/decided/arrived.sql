-- One row per decided alert of a batch that the snapshot holds: its number there, and its state, times local.
select
    a.rowid as position,
    s.version,
    s.stage,
    cast(s.stage_at as timestamp) + interval 8 hour as stage_at,
    s.handler,
    s.is_accepted,
    s.verified_by,
    s.disposed_by,
    s.finding,
    s.amount as found_amount,
    s.disposition,
    s.four_form,
    s.persons,
    s.recovered,
    s.applied_as,
    s.grade,
    cast(s.due_at as timestamp) + interval 8 hour as due_at,
    s.is_urged,
    s.extension_by,
    s.extension_days,
    a.stage not in (s.upstream_stage, s.stage)
    and a.stage_at > cast(s.upstream_at as timestamp) + interval 8 hour as has_conflict,
    s.stage in ('raised', 'assigned', 'verified') as is_open,
    false as is_overdue,
    false as is_stuck,
from batch as s
inner join snapshot.alert as a on s.alert_id = a.id
