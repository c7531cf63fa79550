-- One row per region in scope, and per ancestor of one of its regions (for its name); for admins all.
select
    code,
    name,
    full_name,
    level,
    parent,
    population,
    households,
    longitude,
    latitude,
    valid_from,
    valid_to,
    count_children,
from snapshot.region
where
    region_in_scope(code)
    or list_contains(getvariable('scope_ancestors'), code)
    -- Whoever gives out scopes needs the names of places and units, which are no case rows.
    or getvariable('scope_role') = 'admin'
