-- 区划表缺少上级区划
select region.parent as code,
from stg_region as region
left join stg_region as above
    on region.parent = above.code
where region.parent is not null and above.code is null
group by region.parent
order by region.parent
