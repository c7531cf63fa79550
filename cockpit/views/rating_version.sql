-- One row per version of the rules that a month was rated by; for all who have signed in.
select
    name,
    effective_from,
    hash,
    content,
from snapshot.rating_version
where getvariable('scope_role') is not null
