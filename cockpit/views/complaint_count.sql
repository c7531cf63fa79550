-- One row per complaint in scope, only to be counted: without who wrote it, who has it, what it says.
select
    region_code,
    industry_code,
    received_at,
from snapshot.complaint
where in_scope_count(region_code, industry_code, unit_id)
