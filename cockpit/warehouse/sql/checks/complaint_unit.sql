-- 投诉引用了单位表没有的编号
with
used as (
    select distinct unit_id as code,
    from stg_complaint
)

select used.code,
from used
left join stg_unit as known
    on used.code = known.id
where used.code is not null and known.id is null
order by used.code
