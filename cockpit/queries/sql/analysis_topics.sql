-- One row per topic in scope, in the order of their cells.
select
    coalesce(industry_code, '') as industry_code,
    coalesce(category, '') as category,
    first_cell,
from topic
order by first_cell
