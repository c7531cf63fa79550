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
        cast(sum(persons) as bigint) as persons,
        sum(recovered) as recovered,
    from numbered
    group by alert_id
)

select
    alert.id,
    alert.region_code,
    alert.industry_code,
    alert.unit_id,
    alert.raised_at,
    cast(date_trunc('month', alert.raised_at) as date) as raised_month,
    alert.model,
    alert.module,
    alert.alert_level,
    alert.source,
    alert.title,
    alert.subject,
    alert.subject_name,
    alert.amount,
    alert.evidence,
    alert.due_at,
    coalesce(so_far.stage, 'raised') as stage,
    coalesce(so_far.stage_at, alert.raised_at) as stage_at,
    so_far.finding,
    so_far.disposition,
    so_far.four_form,
    so_far.persons,
    so_far.recovered,
    coalesce(so_far.stage, 'raised') in ('raised', 'assigned', 'verified') as is_open,
    coalesce(
        coalesce(so_far.stage, 'raised') in ('raised', 'assigned', 'verified')
        and alert.due_at < build.as_of,
        false
    ) as is_overdue,
from stg_alert as alert
cross join build
left join so_far
    on alert.id = so_far.alert_id
order by alert.region_code, alert.raised_at
