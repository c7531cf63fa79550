-- One row per source table, its counts and times of every place: for administrators alone.
select
    table_name,
    count_row,
    loaded_at,
    latest_at,
from snapshot.source
where getvariable('scope_role') = 'admin'
