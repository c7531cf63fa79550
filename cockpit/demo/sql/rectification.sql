-- One row per problem list, campaign or rule.
with listed as (
    select
        code,
        name,
        level,
        row_number() over (order by code) * 100
        + unnest(range(case level when 'city' then 6 when 'county' then 9 else 2 end))
            as n,
    from region
    where level in ('city', 'county', 'town')
),

dated as (
    select
        *,
        ['problem_list', 'problem_list', 'campaign', 'rule'][1 + pick(n, 'kind', 4)] as kind,
        ['劳务用工', '村级工程', '资产资源', '困难救助', '村级采购', '印章管理', '惠农补贴', '校园餐'][1 + pick(n, 'field', 8)] as field,
        getvariable('first_day')
        + pick(n, 'started', getvariable('last_day') - getvariable('first_day')) as started_on,
        60 + pick(n, 'due', 180) as days,
        exp(ln(110) + 0.5 * bell(n, 'completed'))::integer as completed_days,
    from listed
),

drawn_in_village as (
    select
        code,
        name,
        1000000 + v * 10 + unnest(range(pick(v, 'problem lists', 4))) as n,
    from village
),

started_in_village as (
    select
        *,
        getvariable('first_day')
        + pick(n, 'started', getvariable('last_day') - getvariable('first_day')) as started_on,
    from drawn_in_village
),

listed_in_village as (
    select
        *,
        case
            when draw(n, 'left lying') > 0.07
                then started_on + exp(ln(45) + 0.5 * bell(n, 'completed'))::integer
        end as completed_on,
    from started_in_village
)

select
    'ZG' || lpad(n::varchar, 7, '0') as id,
    kind,
    level,
    code as region_code,
    ['06', '07', '06', '08', '06', '06', '01', '02'][1 + pick(n, 'field', 8)] as industry_code,
    case level
        when 'town' then 'U' || left(code, 9)
        when 'county' then 'U' || left(code, 6) || lpad((1 + pick(n, 'unit', 12))::varchar, 2, '0')
    end as unit_id,
    name || field || case kind
        when 'problem_list' then '问题清单整改'
        when 'campaign' then '专项治理'
        else '管理制度修订'
    end as title,
    started_on,
    started_on + days as due_on,
    case when started_on + completed_days <= getvariable('last_day') then started_on + completed_days end
        as completed_on,
    case
        when started_on + completed_days <= getvariable('last_day')
            then case kind
                when 'problem_list' then '整改 ' || (1 + pick(n, 'count', 12)) || ' 个问题'
                when
                    'campaign'
                    then
                        '发现问题 '
                        || (3 + pick(n, 'count', 40))
                        || ' 个，追回资金 '
                        || (1 + pick(n, 'money', 90))
                        || ' 万元'
                else '印发制度 ' || (1 + pick(n, 'count', 3)) || ' 项'
            end
    end as result,
from dated
union all by name
-- Villages have problem lists alone; one in fifteen is left lying.
select
    'ZV' || lpad(listed.n::varchar, 9, '0') as id,
    'problem_list' as kind,
    'village' as level,
    listed.code as region_code,
    ['06', '07', '06', '08', '06', '06'][1 + pick(listed.n, 'field', 6)] as industry_code,
    'U' || left(listed.code, 9) as unit_id,
    listed.name
    || ['劳务用工', '村级工程', '资产资源', '困难救助', '村级采购', '印章管理'][1 + pick(listed.n, 'field', 6)]
    || '问题整改' as title,
    listed.started_on,
    listed.started_on + 30 + pick(listed.n, 'due', 60) as due_on,
    case when listed.completed_on <= getvariable('last_day') then listed.completed_on end as completed_on,
    case
        when listed.completed_on <= getvariable('last_day')
            then '整改 ' || (1 + pick(listed.n, 'count', 5)) || ' 个问题'
    end as result,
from listed_in_village as listed
union all by name
select
    'ZX' || lpad(row_number() over (order by planted.region_code)::varchar, 7, '0') as id,
    'campaign' as kind,
    region.level,
    planted.region_code,
    planted.industry_code,
    null as unit_id,
    region.name || industry.name || '领域专项治理' as title,
    planted.started_on,
    planted.started_on + 270 as due_on,
    null as completed_on,
    null as result,
from planted_campaign as planted
inner join region on planted.region_code = region.code
inner join industry on planted.industry_code = industry.code
