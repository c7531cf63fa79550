-- True for a roll-up row in scope: the '*' row of all units for a scope over all, the rows of its units for others.
create macro in_scope_month(region_code, industry_code, unit_id) as (
    in_scope(region_code, industry_code, unit_id)
    and unit_id between getvariable('scope')['unit_low'] and getvariable('scope')['unit_high']
);
