-- One row per item of public disclosure: a list without case rows, so every signed-in person sees all.
select
    code,
    name,
    category,
    interval_days,
from snapshot.disclosure_item
where getvariable('scope_role') is not null
