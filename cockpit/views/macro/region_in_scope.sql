-- True for a region inside the scope of this cursor; the bound is pushed down to scans, the ranges are exact.
create macro region_in_scope(code) as (
    code between getvariable('scope')['low'] and getvariable('scope')['high']
    and (
        getvariable('scope')['has_one_region']
        or len(
            list_filter(
                getvariable('scope')['ranges'], lambda bounds: code between bounds['low'] and bounds['high']
            )
        ) > 0
    )
);
