-- One row per peer group, rated month and measure: a band over places no one of which can be told from it.
select
    peer_group,
    level,
    month,
    measure,
    count_place,
    low,
    mid,
    high,
from snapshot.rating_peer
where getvariable('scope_sees_cases') and getvariable('scope_low') <= getvariable('scope_high')
