-- One row per supervised body: the departments of each county and the government of each town.
select
    'U' || left(region.code, 6) || department.code as id,
    region.name || department.name as name,
    department.name as kind,
    region.code as region_code,
from region
cross join department
where region.level = 'county'
union all by name
select
    'U' || left(code, 9) as id,
    name || case when name like '%街道' then '办事处' else '人民政府' end as name,
    case when name like '%街道' then '街道办事处' else '乡镇政府' end as kind,
    code as region_code,
from region
where level = 'town'
order by id
