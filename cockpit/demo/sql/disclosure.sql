-- One row per village, item made public and day of it: the latest, and a year and two years before it.
with covered as (
    select
        v,
        code,
        case
            when code in (from silent) then 0.1 + 0.2 * draw(v, 'coverage')
            else 0.5 + 0.5 * sqrt(draw(v, 'coverage'))
        end as coverage,
    from village
)

select
    covered.code as region_code,
    item.code as item_code,
    getvariable('last_day') - floor(
        least(item.interval_days * 1.25, 900)
        * pow(draw(covered.v * 1000 + item.item_no, 'published on'), 1.2)
    )::integer - 365 * earlier.years as published_on,
from covered
cross join disclosure_item as item
cross join (values (0), (1), (2)) as earlier (years)
where draw(covered.v * 1000 + item.item_no, 'published') < covered.coverage
