-- One row per industry and category that complaints name, either or both of them null.
select
    industry_code,
    category,
    cast(
        coalesce(
            sum(place_count) over (
                order by industry_code, category
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as integer
    ) as first_cell,
from (
    select
        industry_code,
        category,
        count(distinct region_code) as place_count,
    from complaint
    group by industry_code, category
) as met
order by industry_code, category
