-- True for a roll-up row in scope: for a scope over all units the '*' row, for others those of its units.
create macro in_scope_month(region_code, industry_code, unit_id) as (
    in_scope_count(region_code, industry_code, unit_id)
    and unit_id between getvariable('scope_unit_low') and getvariable('scope_unit_high')
);
