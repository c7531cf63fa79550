-- One row per village in scope, its counts over all units and industries: for scopes over all, admins.
select
    region_code,
    count_row,
    latest_on,
from snapshot.village_activity
where
    getvariable('scope_role') = 'admin'
    -- Who sees some units or industries alone is not told what others recorded.
    or (
        getvariable('scope_sees_cases')
        and region_in_scope(region_code)
        and getvariable('scope_has_all_industries')
        and getvariable('scope_has_all_units')
    )
