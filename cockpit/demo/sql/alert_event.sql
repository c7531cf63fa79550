-- One row per alert, stage and time reached.
with listed as (
    select
        seed.key,
        seed.last_stage,
        seed.finding,
        seed.disposition,
        seed.four_form,
        seed.persons,
        seed.recovered,
        case
            when draw(seed.key, 'unit') < 0.55 then 'U' || left(village.town, 9)
            else 'U' || left(village.county, 6) || model.department
        end as unit_id,
        [
            { 'no': 1, 'stage': 'assigned', 'at': seed.assigned_at, 'note': '分办责任单位，限期核查' },
            {
                'no': 1,
                'stage': 'assigned',
                'at': case
                    when draw(seed.key, 'returned') < 0.06
                        then seed.assigned_at + (seed.verified_at - seed.assigned_at) / 2
                end,
                'note': '核查材料不齐，退回重新分办'
            },
            { 'no': 2, 'stage': 'verified', 'at': seed.verified_at, 'note': '已调取台账并入户核实' },
            { 'no': 3, 'stage': 'disposed', 'at': seed.disposed_at, 'note': '处置意见已审定' },
            {
                'no': 4,
                'stage': 'applied',
                'at': case
                    when draw(seed.key, 'applied') < 0.97
                        then after(seed.disposed_at, 8 + 30 * draw(seed.key, 'applied after'))
                end,
                'note': '通报并纳入问题归集'
            },
            {
                'no': 5,
                'stage': 'assessed',
                'at': case
                    when draw(seed.key, 'applied') < 0.93
                        then after(seed.disposed_at, 45 + 40 * draw(seed.key, 'assessed after'))
                end,
                'note': '纳入年度考核'
            },
        ] as events,
    from alert_seed as seed
    inner join village on seed.v = village.v
    inner join model on seed.model_no = model.model_no
),

single as (
    select
        * exclude (events),
        unnest(events) as event,
    from listed
)

select
    'YJ' || lpad(key::varchar, 10, '0') as alert_id,
    event['stage'] as stage,
    date_trunc('second', event['at']) as at,
    unit_id,
    case when event['stage'] = 'verified' then finding end as finding,
    case when event['stage'] = 'disposed' then disposition end as disposition,
    case when event['stage'] = 'disposed' then four_form end as four_form,
    case when event['stage'] = 'disposed' then persons end as persons,
    case when event['stage'] = 'disposed' then recovered end as recovered,
    event['note'] as note,
    date_trunc('second', event['at']) as updated_at,
from single
where event['no'] <= last_stage and event['at'] <= getvariable('as_of')
union all by name
select
    planted_case.alert_id,
    step.stage,
    planted_case.raised_on + to_hours(step.hours) as at,
    'U' || left(planted_case.town, 9) as unit_id,
    case when step.stage = 'verified' then 'substantiated' end as finding,
    case when step.stage = 'disposed' then 'talk' end as disposition,
    case when step.stage = 'disposed' then '1' end as four_form,
    case when step.stage = 'disposed' then 3 end as persons,
    case when step.stage = 'disposed' then 600 end as recovered,
    step.note,
    planted_case.raised_on + to_hours(step.hours) as updated_at,
from planted_case
cross join (
    values
    ('assigned', 15, '分办镇纪委核查'),
    ('verified', 80, '三名村干部在工资之外各领取劳务报酬 200 元，属实'),
    ('disposed', 130, '对三名村干部提醒谈话，追回 600 元'),
    ('applied', 400, '在全镇通报，开展劳务用工专项检查')
) as step (stage, hours, note)
