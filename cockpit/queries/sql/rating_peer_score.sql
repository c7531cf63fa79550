-- One row per month: the band of the scores of a peer group.
select
    month,
    count_place,
    low,
    mid,
    high,
from rating_peer
where measure = 'score' and peer_group = $peer_group and level = $rated_level
order by month
