-- One row per document: of alerts handed over, made clues or followed by a proposal, and of counties.
with
tied as (
    select
        seed.key,
        'YJ' || lpad(seed.key::varchar, 10, '0') as alert_id,
        village.county as region_code,
        model.industry_code,
        'U' || left(village.county, 6) || model.department as unit_id,
        model.name as about,
        case
            when seed.disposition = 'clue' and draw(seed.key, 'document') < 0.7 then 'clue_approval'
            when seed.disposition = 'rectify' and draw(seed.key, 'document') < 0.35 then 'proposal'
            when draw(seed.key, 'document') < 0.12 then 'assignment'
        end as kind,
        seed.assigned_at,
        seed.verified_at,
        seed.disposed_at,
    from alert_seed as seed
    inner join village on seed.v = village.v
    inner join model on seed.model_no = model.model_no
    where seed.last_stage >= 3
),

own as (
    select
        code as region_code,
        name,
        row_number() over (order by code) * 1000
        + unnest(range(case level when 'city' then 40 else 24 end)) as n,
    from region
    where level in ('city', 'county')
),

written as (
    select
        key,
        'D' || lpad(key::varchar, 10, '0') as id,
        kind,
        region_code,
        industry_code,
        unit_id,
        alert_id,
        case kind
            when 'clue_approval' then '关于“' || about || '”问题线索处置的审批'
            when 'proposal' then '关于整改“' || about || '”问题的建议'
            else '关于核查“' || about || '”预警的分办'
        end as title,
        (case when kind = 'assignment' then assigned_at else disposed_at end)::date as issued_on,
    from tied
    where kind is not null
    union all by name
    select
        n as key,
        'G' || lpad(n::varchar, 9, '0') as id,
        ['report', 'work_notice', 'work_notice', 'inspection'][1 + pick(n, 'document kind', 4)] as kind,
        region_code,
        name || case pick(n, 'document kind', 4)
            when 0 then '监督检查情况的请示报告'
            when 3 then '基层监督检查报告'
            else '监督重点工作提示'
        end as title,
        getvariable('first_day')
        + pick(n, 'issued', getvariable('last_day') - getvariable('first_day')) as issued_on,
    from own
),

limited as (
    select
        *,
        case
            when kind in ('clue_approval', 'report') then issued_on + 10
            when kind in ('assignment', 'proposal') then issued_on + 30
        end as due_on,
        issued_on + (
            case when kind in ('clue_approval', 'report') then 3 else 12 end * exp(0.6 * bell(key, 'replied'))
        )::integer as replied_on,
    from written
    where issued_on <= getvariable('last_day')
)

select
    id,
    kind,
    region_code,
    industry_code,
    unit_id,
    title,
    issued_on,
    due_on,
    case
        when due_on is not null and replied_on <= getvariable('last_day') and draw(key, 'answered') < 0.96
            then replied_on
    end as replied_on,
    alert_id,
from limited
