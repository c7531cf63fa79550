-- One row: the build in service.
select
    build_id,
    built_at,
    as_of,
    is_demo,
from build
