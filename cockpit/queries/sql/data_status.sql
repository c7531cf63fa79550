-- One row per source table: rows, time of the last load, latest time in the rows.
select
    s.table_name,
    s.count_row,
    s.loaded_at,
    s.latest_at,
    b.build_id,
    b.built_at,
    b.as_of,
    b.is_demo,
from source as s
cross join build as b
order by s.table_name
