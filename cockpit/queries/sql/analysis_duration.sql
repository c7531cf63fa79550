-- One row per group, span, whole days and whether it is over, in the roots of the focus and in its parts.
select
    case
        when $by = 'region' then region_code
        when $by = 'industry' then industry_code
        else ''
    end as part,
    span,
    days,
    is_over,
    sum(complaint_count) as complaint_count,
from complaint_duration_month
where
    list_contains($asked_spans, span)
    and level between $level_low and $level_high
    and region_code between $area_low and $area_high
    and list_contains($areas, region_code)
    and month >= cast($since as date)
    and month < cast($until as date)
    and ($industry is null or industry_code = $industry)
group by all
