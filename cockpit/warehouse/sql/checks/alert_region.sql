-- 预警引用了区划表没有的代码
with
used as (
    select distinct region_code as code,
    from stg_alert
)

select used.code,
from used
left join stg_region as known
    on used.code = known.code
where used.code is not null and known.code is null
order by used.code
