-- One row per industry in scope and category that complaints name.
select
    industry_code,
    category,
    number,
from snapshot.topic
where
    getvariable('scope_role') is not null
    and (
        getvariable('scope_has_all_industries')
        or list_contains(getvariable('scope_industries'), industry_code)
    )
