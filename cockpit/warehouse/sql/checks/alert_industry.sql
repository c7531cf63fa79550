-- 预警引用了行业表没有的代码
with
used as (
    select distinct industry_code as code,
    from stg_alert
)

select used.code,
from used
left join stg_industry as known
    on used.code = known.code
where used.code is not null and known.code is null
order by used.code
