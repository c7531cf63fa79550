-- One row per village and item made public, with the day of its latest publication.
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
    )::integer as published_on,
from covered
cross join disclosure_item as item
where draw(covered.v * 1000 + item.item_no, 'published') < covered.coverage
