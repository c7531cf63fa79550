-- One row per document issued, with whether its answer is late.
select
    document.id,
    document.region_code,
    document.industry_code,
    document.unit_id,
    document.kind,
    document.title,
    document.issued_on,
    document.due_on,
    document.replied_on,
    document.alert_id,
    document.replied_on is not null as is_replied,
    coalesce(
        document.replied_on is null and document.due_on < cast(build.as_of as date), false
    ) as is_overdue,
    coalesce(document.replied_on > document.due_on, false) as is_late,
from stg_supervision_document as document
cross join build
order by document.region_code, document.issued_on, document.id
