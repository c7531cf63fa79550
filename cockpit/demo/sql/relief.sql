-- One row per payment of relief to a household.
with drawn as (
    select
        *,
        getvariable('schemes')[1 + pick(key, 'scheme', len(getvariable('schemes')))] as scheme,
        v * 10000 + floor(draw(key, 'recipient') * (40 + population / 25))::bigint as recipient_n,
    from record_seed
    where module = 'relief'
)

select
    key,
    v,
    'JZ' || lpad(n::varchar, 9, '0') as id,
    code as region_code,
    name || scheme || '发放' as title,
    occurred_on,
    reported_on,
    case scheme
        when '创业担保贷款' then 1000 * (20 + pick(key, 'loan', 180))
        when '危房改造' then 1000 * (8 + pick(key, 'house', 22))
        when '外出务工交通补贴' then 100 * (2 + pick(key, 'fare', 6))
        else 50 * (4 + pick(key, 'amount', 60))
    end as amount,
    case when occurred_on + 30 <= getvariable('last_day') then '已发放' else '审核中' end as stage,
    case when occurred_on + 30 <= getvariable('last_day') then occurred_on + 30 end as completed_on,
    scheme,
    person(recipient_n, 'recipient') || id_number(recipient_n, 'recipient') as recipient,
    1 + pick(recipient_n, 'household', 6) as household_size,
    reported_on::timestamp as updated_at,
from drawn
