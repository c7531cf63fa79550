-- One row per village project.
with drawn as (
    select
        *,
        ['通组道路硬化', '文化广场建设', '饮水管网改造', '水渠清淤衬砌', '太阳能路灯安装', '便民桥维修', '人居环境整治', '高标准农田配套', '村部修缮', '山塘加固'][
            1 + pick(key, 'title', 10)
        ]
            as work,
        round(exp(ln(180000) + 0.9 * bell(key, 'estimate')), -2) as estimate,
        60 + pick(key, 'days', 240) as days,
    from record_seed
    where module = 'village_project'
),

priced as (
    select
        *,
        case
            when draw(key, 'just under') < 0.04 then 3900000 + 100 * pick(key, 'under', 990)
            when draw(key, 'large') < 0.02 then 4000000 + 1000 * pick(key, 'over', 1500)
            else least(estimate, 6000000)
        end
            as planned,
        least(100.0, round(100 * (getvariable('last_day') - occurred_on) / days)) as progress,
    from drawn
)

select
    key,
    v,
    'GC' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || work || '工程' as title,
    occurred_on,
    reported_on,
    round(planned * (0.88 + 0.11 * draw(key, 'discount'))) as amount,
    case
        when progress >= 100 then '验收支付'
        when progress >= 25 then '施工监管'
        when progress >= 10 then '招投标'
        else '立项审批'
    end as stage,
    case when progress >= 100 then least(occurred_on + days, getvariable('last_day')) end as completed_on,
    planned as estimate,
    case
        when planned >= 4000000 and draw(key, 'tendered') > 0.4 then '公开招标'
        when planned >= 4000000 then '竞争性磋商'
        when draw(key, 'method') < 0.5 then '村级小额工程发包'
        when draw(key, 'method') < 0.8 then '竞争性磋商'
        else '直接发包'
    end as award_method,
    case when planned < 4000000 and draw(key, 'method') >= 0.8 then 1 else 2 + pick(key, 'bidders', 6) end
        as bidder_count,
    round(planned * (0.88 + 0.11 * draw(key, 'discount'))) as contract_amount,
    credit_code(floor(draw(key, 'contractor') * 400)::bigint + v // 200 * 1000, 'contractor')
        as contractor_code,
    round(
        planned
        * (0.88 + 0.11 * draw(key, 'discount'))
        * least(1.0, progress / 100 * (0.7 + 0.4 * draw(key, 'paid')))
        * case when draw(key, 'overpaid') < 0.05 then 1.12 else 1 end
    ) as paid_amount,
    progress,
    case when draw(key, 'changed') < 0.2 then 1 + pick(key, 'changes', 3) else 0 end as changes,
    reported_on::timestamp as updated_at,
from priced
