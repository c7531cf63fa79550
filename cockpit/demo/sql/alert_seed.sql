-- One row per alert: the record that set it off, its model, and what its stages are derived from.
with flagged as (
    select
        key,
        v,
        id,
        title,
        reported_on,
        contract_amount as amount,
        'village_project' as module,
        case
            when paid_amount > contract_amount then 'overpaid'
            when contract_amount between 3400000 and 4000000 then 'split'
            when bidder_count < 3 then 'few'
            when changes > 0 then 'changed'
            else ''
        end as variant,
        json_object(
            '项目', title, '预算金额', estimate, '合同金额', contract_amount, '已付金额', paid_amount,
            '发包方式', award_method, '投标家数', bidder_count, '承包方信用代码', contractor_code
        ) as fields,
    from village_project
    union all by name
    select
        key,
        v,
        id,
        title,
        reported_on,
        rent_due - rent_paid as amount,
        'asset' as module,
        lessee as person,
        case
            when lease_to <= getvariable('last_day') then 'expired'
            when rent_paid < rent_due then 'owed'
            else ''
        end as variant,
        json_object(
            '资产', kind, '面积（亩）', area, '租期止', lease_to, '应收租金', rent_due, '实收租金', rent_paid
        ) as fields,
    from asset
    union all by name
    select
        key,
        v,
        id,
        title,
        reported_on,
        pay as amount,
        'labour' as module,
        person,
        case when is_cadre then 'cadre' else '' end as variant,
        json_object(
            '用工日期', day, '工时', hours, '报酬', pay, '是否村干部', case when is_cadre then '是' else '否' end
        ) as fields,
    from labour
    where key >= 0
    union all by name
    select
        key,
        v,
        id,
        title,
        reported_on,
        amount,
        'procurement' as module,
        case
            when contains(title, '校服') then '校服'
            when method = '询价' and quotes < 3 then 'few'
            else ''
        end as variant,
        json_object(
            '采购内容', title, '金额', amount, '采购方式', method, '报价家数', quotes,
            '供应商信用代码', supplier_code
        ) as fields,
    from procurement
    union all by name
    select
        key,
        v,
        id,
        title,
        reported_on,
        amount,
        'relief' as module,
        recipient as person,
        scheme as variant,
        json_object(
            '救助项目', scheme, '发放日期', occurred_on, '金额', amount, '家庭人口', household_size
        ) as fields,
    from relief
    union all by name
    select
        key,
        v,
        id,
        title,
        reported_on,
        amount,
        'seal' as module,
        approver as person,
        case when approver is null or document_no is null then 'blank' else '' end as variant,
        json_object(
            '用印事由', purpose, '用印日期', occurred_on, '审批人', coalesce(left(approver, 1) || '某', '无'),
            '文件编号', coalesce(document_no, '无')
        ) as fields,
    from seal
),

raised as (
    select
        *,
        reported_on + to_days(1 + floor(25 * pow(draw(key, 'raised'), 2))::integer)
        + to_seconds((28800 + 36000 * draw(key, 'raised hour'))::bigint) as raised_at,
    from flagged
    where draw(key, 'alert') < getvariable('alert_share')
),

modelled as (
    select
        raised.*,
        model_slot.model_no,
        model.precision,
        case
            when draw(raised.key, 'level') < model.red then 'red'
            when draw(raised.key, 'level') < model.red + model.yellow then 'yellow'
            else 'blue'
        end as level,
        draw(raised.key, 'finding') / model.precision as finding_draw,
    from raised
    inner join model_slot
        on
            raised.module = model_slot.module
            and raised.variant = model_slot.variant
            and pick(raised.key, 'model', model_slot.count_slot) = model_slot.slot
    inner join model on model_slot.model_no = model.model_no
    where raised.raised_at <= getvariable('as_of')
),

found as (
    select
        * exclude (finding_draw, precision),
        case
            when finding_draw < 0.65 then 'substantiated'
            when finding_draw < 1 then 'partly'
            else 'unsubstantiated'
        end as finding,
    from modelled
),

disposed as (
    select
        *,
        case
            when finding = 'unsubstantiated' then 'closed'
            when
                finding = 'partly'
                then case when draw(key, 'disposition') < 0.5 then 'talk' else 'rectify' end
            when level = 'red'
                then case
                    when draw(key, 'disposition') < 0.18 then 'talk'
                    when draw(key, 'disposition') < 0.38 then 'recover'
                    when draw(key, 'disposition') < 0.63 then 'clue'
                    when draw(key, 'disposition') < 0.78 then 'case_filed'
                    when draw(key, 'disposition') < 0.98 then 'sanction'
                    else 'transfer'
                end
            when draw(key, 'disposition') < 0.4 then 'talk'
            when draw(key, 'disposition') < 0.65 then 'rectify'
            when draw(key, 'disposition') < 0.9 then 'recover'
            when draw(key, 'disposition') < 0.96 then 'clue'
            else 'sanction'
        end as disposition,
        case
            when draw(key, 'stuck') < 0.04 then 0
            when draw(key, 'stuck') < 0.1 then 1
            when draw(key, 'stuck') < 0.12 then 2
            else 5
        end as last_stage,
        after(raised_at, exp(ln(1.5) + 0.8 * bell(key, 'assigned'))) as assigned_at,
    from found
)

select
    *,
    after(assigned_at, exp(ln(10) + 0.7 * bell(key, 'verified'))) as verified_at,
    after(assigned_at, exp(ln(10) + 0.7 * bell(key, 'verified')) + exp(ln(7) + 0.7 * bell(key, 'disposed')))
        as disposed_at,
    case disposition
        when 'talk' then '1'
        when 'rectify' then case when draw(key, 'form') < 0.3 then '1' end
        when 'recover' then case when draw(key, 'form') < 0.4 then '1' end
        when 'sanction' then case when draw(key, 'form') < 0.85 then '2' else '3' end
        when 'case_filed' then case when draw(key, 'form') < 0.6 then '2' else '3' end
        when 'transfer' then '4'
    end as four_form,
    case
        when disposition in ('talk', 'sanction', 'case_filed', 'transfer')
            then 1 + floor(3 * pow(draw(key, 'persons'), 3))::integer
        else 0
    end as persons,
    case
        when disposition = 'recover' or (finding = 'substantiated' and draw(key, 'recovered') < 0.35)
            then round(least(coalesce(amount, 0), 200000) * (0.3 + 0.7 * draw(key, 'recovered share')))
        else 0
    end as recovered,
from disposed
