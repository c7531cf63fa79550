-- One row per purchase of a village.
with drawn as (
    select
        *,
        ['办公用品', '农资', '校服', '路灯材料', '会议室设备', '慰问物资', '垃圾桶', '宣传栏', '防汛物资', '体育器材'][
            1 + pick(key, 'goods', 10)
        ]
            as goods,
        round(exp(ln(8000) + 0.9 * bell(key, 'amount'))) as amount,
    from record_seed
    where module = 'procurement'
)

select
    key,
    v,
    'CG' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || goods || '采购' as title,
    occurred_on,
    reported_on,
    amount,
    case when occurred_on + 15 <= getvariable('last_day') then '已验收' else '采购中' end as stage,
    case when occurred_on + 15 <= getvariable('last_day') then occurred_on + 15 end as completed_on,
    credit_code(floor(draw(key, 'supplier') * 300)::bigint + v // 200 * 1000, 'supplier') as supplier_code,
    case
        when draw(key, 'method') < 0.55 then '询价'
        when draw(key, 'method') < 0.8 then '直接采购'
        else '平台采购'
    end as method,
    1 + pick(key, 'quotes', 5) as quotes,
    reported_on::timestamp as updated_at,
from drawn
