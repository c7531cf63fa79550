-- One row per complaint.
select
    complaint.id,
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_at,
    cast(date_trunc('month', complaint.received_at) as date) as received_month,
    complaint.category,
    complaint.channel,
    complaint.subject,
    complaint.text,
    complaint.place,
    complaint.writer,
    complaint.stage,
    complaint.due_at,
    complaint.closed_at,
    complaint.closed_at is not null as is_closed,
    case
        when complaint.closed_at is not null then complaint.closed_at <= complaint.due_at
        when complaint.due_at < build.as_of then false
    end as is_on_time,
    complaint.closed_at is null and complaint.due_at < build.as_of as is_overdue,
    date_diff('second', complaint.received_at, complaint.closed_at) / 86400.0 as handling_days,
    complaint.satisfaction,
    complaint.outcome,
from stg_complaint as complaint
cross join build
order by complaint.region_code, complaint.received_at
