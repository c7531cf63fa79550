-- One row per use of the village seal of a place known, with what its tile counts.
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
        purpose,
        approver,
        document_no,
        occurred_on as began_on,
        coalesce(occurred_on, reported_on) as day,
    from stg_seal
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
    record.purpose,
    record.approver,
    record.document_no,
    record.day,
    coalesce(record.day between build.period_from and build.period_to, false) as is_in_period,
    reported.number - began.number > setting.entry_limit_days as is_late_entry,
    coalesce(trim(record.approver), '') = '' as is_unapproved,
    coalesce(trim(record.document_no), '') = '' as is_unnumbered,
from record
inner join stg_region as region on record.region_code = region.code
cross join build
cross join setting
left join working_day as began on record.began_on = began.day
left join working_day as reported on record.reported_on = reported.day
order by record.region_code, record.day, record.id
