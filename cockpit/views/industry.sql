-- One row per industry: a code list without case rows, so every signed-in person sees all names.
select
    code,
    name,
from snapshot.industry
where getvariable('scope_role') is not null
