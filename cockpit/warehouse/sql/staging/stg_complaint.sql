-- One row per complaint; a missing limit is that of the regulation, a missing stage the one its dates show.
select
    complaint.id,
    complaint.received_at,
    complaint.region_code,
    complaint.place,
    complaint.industry_code,
    complaint.category,
    complaint.channel,
    complaint.unit_id,
    complaint.subject,
    complaint.text,
    complaint.writer,
    case
        when complaint.stage is not null then complaint.stage
        when complaint.satisfaction is not null then 'rated'
        when complaint.closed_at is not null then 'replied'
        else 'accepted'
    end as stage,
    coalesce(
        complaint.due_at,
        complaint.received_at + setting.complaint_limit_days * interval 1 day
    ) as due_at,
    complaint.closed_at,
    complaint.satisfaction,
    complaint.outcome,
    complaint.updated_at,
from raw.complaint
cross join setting
