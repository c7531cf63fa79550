-- One row per alert, with what its events have come to.
with
stage_order as (
    select
        listed.stage,
        listed.position,
    from (
        values
        ('raised', 1), ('assigned', 2), ('verified', 3), ('disposed', 4), ('applied', 5), ('assessed', 6)
    ) as listed (stage, position)
),

numbered as (
    select
        event.*,
        row_number() over (
            partition by event.alert_id
            order by event.at, stage_order.position
        ) as position,
    from stg_alert_event as event
    inner join stage_order
        on event.stage = stage_order.stage
),

so_far as (
    select
        numbered.alert_id,
        max_by(stage, position) as stage,
        max(numbered.at) as stage_at,
        max_by(finding, position) filter (where finding is not null) as finding,
        max_by(disposition, position) filter (where disposition is not null) as disposition,
        max_by(four_form, position) filter (where four_form is not null) as four_form,
        coalesce(bool_or(disposition = 'clue'), false) as has_clue,
        coalesce(bool_or(disposition = 'case_filed'), false) as has_case,
        coalesce(bool_or(disposition = 'sanction'), false) as has_sanction,
        cast(sum(persons) as bigint) as persons,
        sum(recovered) as recovered,
    from numbered
    group by alert_id
),

reached as (
    select
        alert.*,
        coalesce(so_far.stage, 'raised') as stage,
        coalesce(so_far.stage_at, alert.raised_at) as stage_at,
        so_far.finding,
        so_far.disposition,
        so_far.four_form,
        coalesce(so_far.has_clue, false) as has_clue,
        coalesce(so_far.has_case, false) as has_case,
        coalesce(so_far.has_sanction, false) as has_sanction,
        so_far.persons,
        so_far.recovered,
        coalesce(so_far.stage, 'raised') in ('raised', 'assigned', 'verified') as is_open,
    from stg_alert as alert
    left join so_far
        on alert.id = so_far.alert_id
),

-- What the source promises holds until the alert is disposed of, then the limit of the step it waits for.
timed as (
    select
        reached.*,
        coalesce(
            case when reached.is_open then reached.due_at end,
            cast(due.day as timestamp) + interval 1 day - interval 1 second
        ) as step_due_at,
        coalesce(yesterday.number - began.number >= setting.alert_stuck_days, false) as is_left_lying,
    from reached
    cross join build
    cross join setting
    left join alert_limit as step
        on reached.alert_level = step.alert_level and reached.stage = step.stage
    left join working_day as began
        on cast(reached.stage_at as date) = began.day
    left join working_day as due
        on began.number + step.days = due.number and due.is_working_day
    left join working_day as yesterday
        on cast(build.as_of as date) - 1 = yesterday.day
)

select
    timed.id,
    timed.region_code,
    timed.industry_code,
    timed.unit_id,
    timed.raised_at,
    cast(date_trunc('month', timed.raised_at) as date) as raised_month,
    timed.model,
    timed.module,
    timed.alert_level,
    timed.source,
    timed.title,
    timed.subject,
    timed.subject_name,
    timed.amount,
    timed.evidence,
    -- What a search looks into, in one piece: four columns lowered on the way cost four times as much.
    lower(concat_ws(chr(10), timed.id, timed.title, timed.model, timed.subject_name)) as search,
    timed.step_due_at as due_at,
    timed.stage,
    timed.stage_at,
    timed.finding,
    timed.disposition,
    timed.four_form,
    timed.has_clue,
    timed.has_case,
    timed.has_sanction,
    timed.persons,
    timed.recovered,
    timed.is_open,
    coalesce(timed.is_open and timed.step_due_at < build.as_of, false) as is_overdue,
    timed.is_open and timed.is_left_lying as is_stuck,
from timed
cross join build
order by timed.region_code, timed.raised_at
