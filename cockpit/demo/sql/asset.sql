-- One row per collective asset let.
with drawn as (
    select
        *,
        ['门面房', '山林', '鱼塘', '机动地', '厂房', '果园', '旧校舍', '仓库'][1 + pick(key, 'kind', 8)] as kind,
        round(exp(ln(18) + 0.9 * bell(key, 'area')), 1) as area,
        1 + pick(key, 'years', 10) as years,
    from record_seed
    where module = 'asset'
),

priced as (
    select
        *,
        round(area * 420 * exp(0.4 * bell(key, 'price'))) as rent_due,
        (occurred_on + to_years(years) - interval 1 day)::date as lease_to,
    from drawn
)

select
    key,
    v,
    'ZC' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || kind || '出租' as title,
    occurred_on,
    reported_on,
    rent_due * years as amount,
    case when lease_to <= getvariable('last_day') then '到期' else '履约' end as stage,
    case when lease_to <= getvariable('last_day') then lease_to end as completed_on,
    kind,
    area,
    person(key, 'lessee') as lessee,
    occurred_on as lease_from,
    lease_to,
    rent_due,
    round(rent_due * case when draw(key, 'owed') < 0.03 then draw(key, 'paid') else 1 end) as rent_paid,
    reported_on::timestamp as updated_at,
from priced
