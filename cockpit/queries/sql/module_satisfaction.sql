-- One row: how many complaints received from a village in the period were closed, rated, and rated 4 or 5.
select
    count(*) as complaint_count,
    count(*) filter (where told.is_closed) as closed_count,
    count(told.satisfaction) as rated_count,
    count(*) filter (where told.satisfaction >= 4) as satisfied_count,
from complaint as told
cross join build
where
    told.region_code = $village
    and told.received_at >= build.period_from
