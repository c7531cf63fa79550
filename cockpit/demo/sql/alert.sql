-- One row per alert.
select
    'YJ' || lpad(seed.key::varchar, 10, '0') as id,
    seed.raised_at,
    model.name as model,
    seed.module,
    seed.level,
    case
        when draw(seed.key, 'source') < 0.55 then 'collision'
        when draw(seed.key, 'source') < 0.8 then 'embedded_module'
        when draw(seed.key, 'source') < 0.88 then 'inspection'
        when draw(seed.key, 'source') < 0.94 then 'investigation'
        else 'manual'
    end as source,
    village.code as region_code,
    model.industry_code,
    case
        when draw(seed.key, 'unit') < 0.55 then 'U' || left(village.town, 9)
        else 'U' || left(village.county, 6) || model.department
    end as unit_id,
    model.name || '：' || seed.title as title,
    case when seed.person is not null then seed.person end as subject,
    regexp_replace(seed.person, '[0-9]', '', 'g') as subject_name,
    seed.amount,
    json_object(
        'rule', model.rule,
        'rows', json_array(seed.fields),
        'links', json_array(json_object('label', seed.title, 'table', seed.module, 'id', seed.record_id))
    )::varchar as evidence,
    seed.raised_at + to_days(case seed.level when 'red' then 20 when 'yellow' then 30 else 45 end) as due_at,
    seed.raised_at as updated_at,
from alert_seed as seed
inner join model on seed.model_no = model.model_no
inner join village on seed.v = village.v
union all
select
    alert_id,
    raised_on + interval 9 hour,
    '村干部超额领取劳务报酬',
    'labour',
    'red',
    'embedded_module',
    code,
    '06',
    'U' || left(town, 9),
    '村干部超额领取劳务报酬：' || name || '三名村干部在工资之外领取劳务报酬',
    null,
    null,
    600,
    json_object(
        'rule', '村干部在误工补贴之外领取劳务报酬，超出规定标准',
        'rows', (
            select json_group_array(json_object(
                '人员', left(person(number, 'case'), 1) || '某', '用工日期', raised_on - 20, '工时', 8, '领取报酬', 200, '应领报酬', 0,
                '超领', 200
            ))
            from range(1, 4) as cadre (number)
        ),
        'links', (
            select json_group_array(json_object(
                'label', name || '环境整治用工', 'table', 'labour', 'id', 'YG-' || alert_id || '-' || number
            ))
            from range(1, 4) as cadre (number)
        )
    )::varchar,
    raised_on + interval '20 days 9 hours',
    raised_on + interval 9 hour,
from planted_case
