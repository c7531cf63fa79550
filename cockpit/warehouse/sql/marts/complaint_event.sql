-- One row per complaint, stage and time, with the days stayed in the stage.
with
step as (
    select
        event.complaint_id,
        complaint.region_code,
        complaint.industry_code,
        complaint.unit_id as scope_unit_id,
        event.stage,
        event.at,
        event.unit_id,
        event.note,
        complaint.received_at,
        complaint.closed_at,
        lead(event.at) over (
            partition by event.complaint_id
            order by
                event.at,
                list_position(
                    ['accepted', 'referred', 'handling', 'reviewed', 'replied', 'rated'], event.stage
                )
        ) as next_at,
    from stg_complaint_event as event
    left join stg_complaint as complaint
        on event.complaint_id = complaint.id
),

-- The last stage ends with the closing; what is answered or rated waits for nobody.
stay as (
    select
        step.*,
        case
            when step.next_at is not null then step.next_at
            when step.at < step.closed_at then step.closed_at
            when step.closed_at is null and step.stage not in ('replied', 'rated') then build.as_of
        end as until,
        step.next_at is not null or step.closed_at is not null as is_left,
    from step
    cross join build
)

select
    stay.complaint_id,
    stay.region_code,
    stay.industry_code,
    stay.scope_unit_id,
    stay.stage,
    stay.at,
    stay.unit_id,
    stay.note,
    stay.received_at,
    date_diff('second', stay.at, stay.until) / 86400.0 as stay_days,
    case when stay.until is not null then stay.is_left end as is_left,
from stay
order by stay.region_code, stay.complaint_id, stay.at
