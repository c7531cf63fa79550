-- True for a row of one region, industry and unit in the scope of this cursor; an unset scope admits none.
-- Whoever sees counts alone, as a big screen does, sees no such row.
create macro in_scope(region_code, industry_code, unit_id) as (
    getvariable('scope_sees_cases')
    and in_scope_count(region_code, industry_code, unit_id)
);
