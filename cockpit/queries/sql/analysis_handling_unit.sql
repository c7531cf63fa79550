-- One row per unit told apart (all others together), whole days and whether the complaint is closed.
select
    case when $units is null or list_contains($units, unit_id) then unit_id else '~' end as part,
    'whole' as span,
    days,
    is_closed as is_over,
    sum(complaint_count) as complaint_count,
from complaint_duration_unit
where
    region_code between $region_low and $region_high
    and month >= cast($since as date)
    and month < cast($until as date)
    and ($industry is null or industry_code = $industry)
group by all
