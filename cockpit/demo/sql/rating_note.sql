-- One row per veto, cap or appeal on the rating of a town or its government.
with listed as (
    select
        code,
        name,
        row_number() over (order by code) as n,
    from region
    where level = 'town'
),

dated as (
    select
        *,
        ['veto', 'cap', 'cap', 'appeal'][1 + pick(n, 'kind', 4)] as kind,
        getvariable('last_day') - pick(n, 'decided', 500) as decided_on,
    from listed
    where n = 1 or draw(n, 'noted') < 0.1
)

select
    'PJ' || lpad(n::varchar, 6, '0') as id,
    case when draw(n, 'target') < 0.5 then code end as region_code,
    case when draw(n, 'target') >= 0.5 then 'U' || left(code, 9) end as unit_id,
    kind,
    name || case kind
        when 'veto' then '瞒报红色预警核查结果'
        when 'cap' then '红色预警逾期未处置'
        else '申诉：扣分依据的预警已认定不属实'
    end as record,
    '县监督检查室' as decided_by,
    decided_on,
    decided_on + case kind when 'veto' then 365 when 'cap' then 180 else 60 end as expires_on,
from dated
