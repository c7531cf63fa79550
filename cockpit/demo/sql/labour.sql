-- One row per person and day of work for the village.
with drawn as (
    select
        *,
        draw(key, 'cadre') < 0.12 as is_cadre,
        4 + pick(key, 'hours', 7) as hours,
        ['公路养护', '水渠清淤', '垃圾清运', '绿化管护', '项目小工', '防火巡查', '活动搭建', '值班值守'][1 + pick(key, 'work', 8)]
            as work,
        -- A village has a small pool of people who work again and again.
        v * 1000 + floor(draw(key, 'person') * 40)::bigint as person_n,
    from record_seed
    where module = 'labour'
)

select
    key,
    v,
    'YG' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || work || '用工' as title,
    occurred_on,
    reported_on,
    round(hours * (15 + 8 * draw(key, 'rate')), 1) as amount,
    case when occurred_on + 20 <= getvariable('last_day') then '已支付' else '待支付' end as stage,
    case when occurred_on + 20 <= getvariable('last_day') then occurred_on + 20 end as completed_on,
    person(person_n, 'worker') || id_number(person_n, 'worker') as person,
    occurred_on as day,
    hours,
    round(hours * (15 + 8 * draw(key, 'rate')), 1) as pay,
    is_cadre,
    reported_on::timestamp as updated_at,
from drawn
union all by name
select
    -cadre.number as key,
    planted_case.v,
    'YG-' || planted_case.alert_id || '-' || cadre.number as id,
    planted_case.code as region_code,
    planted_case.name || '环境整治用工' as title,
    planted_case.raised_on - 20 as occurred_on,
    planted_case.raised_on - 15 as reported_on,
    200 as amount,
    '已支付' as stage,
    planted_case.raised_on - 5 as completed_on,
    person(cadre.number, 'case') || id_number(cadre.number, 'case') as person,
    planted_case.raised_on - 20 as day,
    8 as hours,
    200 as pay,
    true as is_cadre,
    (planted_case.raised_on - 15)::timestamp as updated_at,
from planted_case
cross join range(1, 4) as cadre (number)
