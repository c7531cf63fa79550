-- One row per village in scope and month with any record of the modules, counted by module.
-- Records name no industry and no unit: only scopes over all of them see any.
select
    region_code,
    month,
    village_project,
    asset,
    labour,
    procurement,
    relief,
    seal,
from snapshot.village_month
where in_scope(region_code, null, null)
