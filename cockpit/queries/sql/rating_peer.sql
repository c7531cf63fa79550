-- One row per measure: the band of a peer group in a month.
select
    measure,
    count_place,
    low,
    mid,
    high,
from rating_peer
where month = cast($month as date) and peer_group = $peer_group and level = $rated_level
