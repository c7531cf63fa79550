-- One row per loaded file and table.
select
    load_id,
    loaded_at,
    loaded_by,
    file,
    table_name,
    profile,
    count_read,
    count_accepted,
    count_rejected,
    count_unchanged,
from raw.load
