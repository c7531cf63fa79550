-- One row per village, its counts over every unit and industry: for administrators alone.
select
    region_code,
    count_row,
    latest_on,
from snapshot.village_activity
where getvariable('scope_role') = 'admin'
