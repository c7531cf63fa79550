-- One row per peer group, rated month and measure: a band over places that none can be told from; for all who see cases.
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
where getvariable('scope_low') <= getvariable('scope_high')
