-- One row per kind of document issued in the period.
select
    kind,
    count(*) as document_count,
    count(*) filter (where due_on is not null) as limited_count,
    count(*) filter (where is_replied) as replied_count,
    count(*) filter (where is_late) as late_count,
    count(*) filter (where is_overdue) as overdue_count,
from supervision_document
where
    region_code between $region_low and $region_high
    and issued_on >= cast($since as date)
    and issued_on < cast($until as date)
    and (
        $industry is null
        or industry_code = $industry
        or ($industry = '' and industry_code is null)
    )
group by kind
