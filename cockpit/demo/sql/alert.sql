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
    seed.person as subject,
    regexp_replace(seed.person, '[0-9]', '', 'g') as subject_name,
    seed.amount,
    json_object(
        'rule', model.rule,
        'rows', json_array(seed.fields),
        'links', json_array(json_object('label', seed.title, 'table', seed.module, 'id', seed.id))
    )::varchar as evidence,
    seed.raised_at + to_days(case seed.level when 'red' then 20 when 'yellow' then 30 else 45 end) as due_at,
    seed.raised_at as updated_at,
from alert_seed as seed
inner join model on seed.model_no = model.model_no
inner join village on seed.v = village.v
union all by name
select
    planted_case.alert_id as id,
    planted_case.raised_on + interval 9 hour as raised_at,
    '村干部超额领取劳务报酬' as model,
    'labour' as module,
    'red' as level,
    'embedded_module' as source,
    planted_case.code as region_code,
    '06' as industry_code,
    'U' || left(planted_case.town, 9) as unit_id,
    '村干部超额领取劳务报酬：' || planted_case.name || '三名村干部在工资之外领取劳务报酬' as title,
    null as subject,
    null as subject_name,
    600 as amount,
    json_object(
        'rule', '村干部在误工补贴之外领取劳务报酬，超出规定标准',
        'rows', list({
            '人员': left(labour.person, 1) || '某',
            '用工日期': labour.day,
            '工时': labour.hours,
            '领取报酬': labour.pay,
            '应领报酬': 0,
            '超领': labour.pay
        } order by labour.id),
        'links', list({ 'label': labour.title, 'table': 'labour', 'id': labour.id } order by labour.id)
    )::varchar as evidence,
    planted_case.raised_on + interval '20 days 9 hours' as due_at,
    planted_case.raised_on + interval 9 hour as updated_at,
from planted_case
inner join labour on planted_case.v = labour.v and labour.key < 0
group by all
