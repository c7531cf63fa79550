-- One row per use of the village seal.
with drawn as (
    select
        *,
        ['出具证明', '签订合同', '申请补贴', '上报材料', '户籍办理', '贷款担保', '项目申报', '介绍信'][1 + pick(key, 'purpose', 8)]
            as purpose,
    from record_seed
    where module = 'seal'
)

select
    key,
    v,
    'YZ' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || purpose || '用印' as title,
    occurred_on,
    reported_on,
    case when purpose = '签订合同' then round(exp(ln(20000) + bell(key, 'amount'))) end as amount,
    '已登记' as stage,
    reported_on as completed_on,
    purpose,
    case when draw(key, 'no approver') > 0.03 then person(v * 10 + pick(key, 'approver', 3), 'approver') end
        as approver,
    case
        when draw(key, 'no document') > 0.1
            then right(code, 6) || '〔' || year(occurred_on) || '〕' || (1 + pick(key, 'document', 200)) || '号'
    end as document_no,
    reported_on::timestamp as updated_at,
from drawn
