-- One row: the build in service; no case rows, so every signed-in person sees it.
select
    build_id,
    built_at,
    as_of,
    is_demo,
    count_complaint,
    count_alert,
from snapshot.build
where getvariable('scope')['is_signed_in']
