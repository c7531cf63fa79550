-- One row per unit: of the scope; over all units those seated in it, above it or nowhere; for admins all.
select
    id,
    name,
    kind,
    region_code,
from snapshot.unit
where
    (getvariable('scope_sees_cases') and list_contains(getvariable('scope_units'), id))
    or (
        getvariable('scope_sees_cases')
        and getvariable('scope_has_all_units')
        and (
            region_code is null
            or region_in_scope(region_code)
            or list_contains(getvariable('scope_ancestors'), region_code)
        )
    )
    or getvariable('scope_role') = 'admin'
