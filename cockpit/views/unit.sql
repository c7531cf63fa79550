-- One row per unit named in the scope, or for a scope over all units: seated in it, above it, or nowhere.
select
    id,
    name,
    kind,
    region_code,
from snapshot.unit
where
    list_contains(getvariable('scope_units'), id)
    or (
        list_contains(getvariable('scope_units'), '*')
        and (
            region_code is null
            or region_in_scope(region_code)
            or list_contains(getvariable('scope_ancestors'), region_code)
        )
    )
