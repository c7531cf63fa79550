-- One row per industry in scope and category that complaints name; its cells run on from `first_cell`.
select
    industry_code,
    category,
    first_cell,
from snapshot.topic
where
    getvariable('scope_role') is not null
    and (
        getvariable('scope_has_all_industries')
        or list_contains(getvariable('scope_industries'), industry_code)
    )
