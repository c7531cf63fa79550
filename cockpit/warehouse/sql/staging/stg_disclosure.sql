-- One row per village, item and day of publication.
select
    region_code,
    item_code,
    published_on,
    updated_at,
from raw.disclosure
