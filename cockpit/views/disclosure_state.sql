-- One row per village in scope and item of public disclosure: last made public, due again, state.
-- Like records, they name no industry and no unit: only scopes over all of them see any.
select
    region_code,
    item_code,
    published_on,
    due_on,
    state,
from snapshot.disclosure_state
where in_scope(region_code, null, null)
