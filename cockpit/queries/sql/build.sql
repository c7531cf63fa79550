-- One row: the build in service.
select
    build_id,
    built_at,
    as_of,
    period_from,
    period_to,
    is_demo,
from build
