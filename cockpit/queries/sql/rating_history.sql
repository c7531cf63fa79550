-- One row per rated month of a place or unit.
select
    month,
    version,
    level,
    peer_group,
    score,
    grade,
    shown_grade,
    grey_reason,
    limit_reason,
    change_reason,
from rating
where code = $code
order by month
