-- True for a region inside the scope of this cursor; the bound is pushed down to scans, the ranges are exact.
create macro region_in_scope(code) as (
    code between getvariable('scope_low') and getvariable('scope_high')
    and (
        getvariable('scope_is_one_range')
        or len(
            list_filter(
                getvariable('scope_ranges'), lambda bounds: code between bounds['low'] and bounds['high']
            )
        ) > 0
    )
);
