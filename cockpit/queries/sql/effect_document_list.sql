-- One row per document issued in the period on one page of those asked for, and how many there are in all.
with
found as (
    select
        *,
        count(*) over () as total,
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
        and ($kind is null or kind = $kind)
        and ($state is null or $state <> 'replied' or is_replied)
        and ($state is null or $state <> 'late' or is_late)
        and ($state is null or $state <> 'overdue' or is_overdue)
        and ($state is null or $state <> 'limited' or due_on is not null)
    order by issued_on desc, id asc
    limit $rows offset $skipped
)

select
    found.id,
    found.kind,
    found.region_code,
    r.full_name as region_name,
    i.name as industry_name,
    u.name as unit_name,
    found.title,
    found.issued_on,
    found.due_on,
    found.replied_on,
    found.alert_id,
    found.is_overdue,
    found.is_late,
    found.total,
from found
left join region as r on found.region_code = r.code
left join industry as i on found.industry_code = i.code
left join unit as u on found.unit_id = u.id
order by found.issued_on desc, found.id asc
