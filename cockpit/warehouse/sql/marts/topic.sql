-- One row per industry and category that complaints name, either or both of them null.
select
    industry_code,
    category,
    row_number() over (order by industry_code, category) as number,
from (
    select distinct
        industry_code,
        category,
    from complaint
) as met
order by industry_code, category
