-- One row per source table: how much of it was loaded, and when; every signed-in person sees it.
select
    table_name,
    count_row,
    loaded_at,
    latest_at,
from snapshot.source
where getvariable('scope')['is_signed_in']
