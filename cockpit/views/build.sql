-- One row: the build in service; no case rows nor counts of them, so every signed-in person sees it.
select
    build_id,
    built_at,
    as_of,
    period_from,
    period_to,
    is_demo,
from snapshot.build
where getvariable('scope_role') is not null
