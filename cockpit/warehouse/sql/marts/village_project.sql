-- One row per village project of a place known, with what its tile counts.
with record as (
    select
        id,
        region_code,
        title,
        occurred_on,
        reported_on,
        amount,
        stage,
        completed_on,
        estimate,
        award_method,
        bidder_count,
        contract_amount,
        contractor_code,
        paid_amount,
        progress,
        changes,
        occurred_on as began_on,
        coalesce(occurred_on, reported_on) as day,
    from stg_village_project
)

select
    record.id,
    record.region_code,
    record.title,
    record.occurred_on,
    record.reported_on,
    record.amount,
    record.stage,
    record.completed_on,
    record.estimate,
    record.award_method,
    record.bidder_count,
    record.contract_amount,
    record.contractor_code,
    record.paid_amount,
    record.progress,
    record.changes,
    record.day,
    coalesce(record.day between build.period_from and build.period_to, false) as is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
    record.completed_on is null as is_open,
    record.completed_on is null
    or coalesce(record.day between build.period_from and build.period_to, false) as is_current,
    coalesce(record.paid_amount > record.contract_amount, false)
    or coalesce(record.contract_amount > record.estimate, false) as is_over,
    coalesce(
        record.estimate >= setting.tender_threshold_yuan
        and not contains(
            coalesce(record.award_method, case when record.contract_amount is null then '公开招标' else '' end),
            '公开招'
        ),
        false
    ) as is_untendered,
    coalesce(
        record.estimate >= 0.9 * setting.tender_threshold_yuan
        and record.estimate < setting.tender_threshold_yuan,
        false
    ) as is_near_threshold,
    coalesce(record.changes >= 1, false) as is_changed,
    coalesce(record.bidder_count = 1, false) as is_single_bid,
from record
inner join stg_region as region on record.region_code = region.code
cross join build
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
order by record.region_code, record.day, record.id
