-- One row per peer group, module and figure: a band over villages no one of which can be told from it.
select
    peer_group,
    module,
    figure,
    count_place,
    low,
    mid,
    high,
from snapshot.module_peer
where getvariable('scope_sees_cases') and getvariable('scope_low') <= getvariable('scope_high')
