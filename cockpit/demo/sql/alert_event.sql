-- One row per alert, stage and time reached.
with listed as (
    select
        key,
        last_stage,
        disposition,
        unnest([
            {'no': 1, 'stage': 'assigned', 'at': assigned_at, 'is_return': false},
            {
                'no': 1, 'stage': 'assigned', 'is_return': true,
                'at': case when draw(key, 'returned') < 0.06 then assigned_at + (verified_at - assigned_at) / 2 end
            },
            {'no': 2, 'stage': 'verified', 'at': verified_at, 'is_return': false},
            {'no': 3, 'stage': 'disposed', 'at': disposed_at, 'is_return': false},
            {
                'no': 4, 'stage': 'applied', 'is_return': false,
                'at': case when draw(key, 'applied') < 0.6 then after(disposed_at, 8 + 30 * draw(key, 'applied after')) end
            },
            {
                'no': 5, 'stage': 'assessed', 'is_return': false,
                'at': case when draw(key, 'applied') < 0.3 then after(disposed_at, 45 + 40 * draw(key, 'assessed after')) end
            },
        ]) as event,
        case when draw(key, 'unit') < 0.55 then 'U' || left(village.town, 9) else 'U' || left(village.county, 6) || department end
            as unit_id,
        finding,
        four_form,
        persons,
        recovered,
    from alert_seed
    inner join village using (v)
    inner join model using (model_no)
)

select
    'YJ' || lpad(key::varchar, 10, '0') as alert_id,
    event.stage as stage,
    event['at'] as "at",
    unit_id,
    case when event.stage = 'verified' then finding end as finding,
    case when event.stage = 'disposed' then disposition end as disposition,
    case when event.stage = 'disposed' then four_form end as four_form,
    case when event.stage = 'disposed' then persons end as persons,
    case when event.stage = 'disposed' then recovered end as recovered,
    case
        when event.is_return then '核查材料不齐，退回重新分办'
        when event.stage = 'assigned' then '分办责任单位，限期核查'
        when event.stage = 'verified' then '已调取台账并入户核实'
        when event.stage = 'disposed' then '处置意见已审定'
        when event.stage = 'applied' then '通报并纳入问题归集'
        else '纳入年度考核'
    end as note,
    event['at'] as updated_at,
from listed
where event.no <= last_stage and event['at'] <= getvariable('as_of')
union all
select
    alert_id,
    stage,
    raised_on + to_hours(hour),
    'U' || left(town, 9),
    case when stage = 'verified' then 'substantiated' end,
    case when stage = 'disposed' then 'talk' end,
    case when stage = 'disposed' then '1' end,
    case when stage = 'disposed' then 3 end,
    case when stage = 'disposed' then 600 end,
    note,
    raised_on + to_hours(hour),
from
    planted_case,
    (
        values
        ('assigned', 15, '分办镇纪委核查'),
        ('verified', 80, '三名村干部在工资之外各领取劳务报酬 200 元，属实'),
        ('disposed', 130, '对三名村干部提醒谈话，追回 600 元'),
        ('applied', 400, '在全镇通报，开展劳务用工专项检查')
    ) as step (stage, hour, note)
