-- One row per decision of a batch that moved an alert of the snapshot on: whole days in the stage it left.
with
local as (
    select
        moves.alert_id,
        moves.from_stage,
        cast(moves.began_at as timestamp) + interval 8 hour as began_at,
        cast(moves.at as timestamp) + interval 8 hour as left_at,
    from moves
)

select
    a.id,
    a.region_code,
    a.industry_code,
    a.unit_id,
    a.raised_at,
    a.alert_level,
    m.from_stage as stage,
    cast(greatest(date_diff('second', m.began_at, m.left_at) // 86400, 0) as integer) as days,
    m.left_at,
    m.began_at,
from local as m
inner join overlay.alert_now as a on m.alert_id = a.id
