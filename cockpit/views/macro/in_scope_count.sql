-- True for a row in scope that is only counted and tells of nobody; an unset scope admits none.
create macro in_scope_count(region_code, industry_code, unit_id) as (
    region_in_scope(region_code)
    and (
        getvariable('scope_has_all_industries')
        or list_contains(getvariable('scope_industries'), industry_code)
    )
    and (getvariable('scope_has_all_units') or list_contains(getvariable('scope_units'), unit_id))
);
