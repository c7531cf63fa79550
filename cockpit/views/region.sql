-- One row per region in scope, and per ancestor of one of the scope's regions (for its name).
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
where region_in_scope(code) or list_contains(getvariable('scope_ancestors'), code)
