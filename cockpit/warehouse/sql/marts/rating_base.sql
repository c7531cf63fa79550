-- One row per place or unit and rated month: what the measures need over the twelve months that end with it.
with
seen as (
    select received_month as month,
    from complaint
    union all
    select raised_month as month,
    from alert
),

span as (
    select
        min(seen.month) as data_from,
        cast(
            date_trunc(
                'month',
                cast(any_value(build.as_of) as date) - cast(any_value(setting.rating_settle_days) as integer)
            )
            - interval 1 month as date
        ) as latest,
    from seen
    cross join build
    cross join setting
),

rated as (
    select
        span.*,
        cast(greatest(
            least(span.data_from + interval 11 month, span.latest),
            span.latest - interval 23 month
        ) as date) as first_rated,
    from span
    where span.data_from <= span.latest
),

calendar as (
    select
        rated.*,
        cast(unnest(generate_series(rated.first_rated, rated.latest, interval 1 month)) as date) as month,
    from rated
),

item as (
    select count(*) as item_count,
    from stg_disclosure_item
    where exists (select 1, from stg_disclosure)
),

first_told as (
    select
        kind,
        code,
        min(month) as month,
    from rating_month
    where complaint_count > 0 or alert_count > 0 or record_count > 0
    group by kind, code
),

place as (
    select
        'region' as kind,
        region.code,
        region.code as region_code,
        region.level,
        region.parent,
        region.population,
        '' as unit_kind,
        region.valid_from,
        region.valid_to,
    from stg_region as region
    union all by name
    select
        'unit' as kind,
        unit.id as code,
        unit.region_code,
        'unit' as level,
        coalesce(unit.kind, '') as unit_kind,
    from stg_unit as unit
),

-- Villages that a place holds in a month: each has all items to show.
village as (
    select
        'region' as kind,
        pair.ancestor_code as code,
        calendar.month,
        count(*) as village_count,
    from stg_region as region
    cross join calendar
    inner join stg_region_ancestor as pair on region.code = pair.code
    where
        region.level = 'village'
        and coalesce(region.valid_from <= calendar.month + interval 1 month - interval 1 day, true)
        and coalesce(region.valid_to >= calendar.month + interval 1 month - interval 1 day, true)
    group by pair.ancestor_code, calendar.month
),

later as (
    select cast(unnest(range(12)) as integer) as months,
),

-- A month counts in the twelve that end with it and with each of the eleven after it.
year as (
    select
        told.kind,
        told.code,
        cast(told.month + to_months(later.months) as date) as month,
        sum(told.complaint_count) as complaint_count,
        sum(told.compared_count) as compared_count,
        sum(told.repeat_count) as repeat_count,
        sum(told.rated_count) as rated_count,
        sum(told.satisfied_count) as satisfied_count,
        sum(told.complaint_due_count) as complaint_due_count,
        sum(told.complaint_late_count) as complaint_late_count,
        sum(told.record_count) as record_count,
        sum(told.entry_late_count) as entry_late_count,
        sum(told.alert_count) as alert_count,
        sum(told.substantiated_count) as substantiated_count,
        sum(told.serious_count) as serious_count,
        sum(told.self_found_count) as self_found_count,
        sum(told.alert_due_count) as alert_due_count,
        sum(told.alert_late_count) as alert_late_count,
        sum(told.persons_1) as persons_1,
        sum(told.persons_2) as persons_2,
        sum(told.persons_3) as persons_3,
        sum(told.persons_4) as persons_4,
        sum(told.self_found_persons) as self_found_persons,
        sum(told.rectification_due_count) as rectification_due_count,
        sum(told.rectification_late_count) as rectification_late_count,
    from rating_month as told
    cross join later
    cross join rated
    where
        told.month + to_months(later.months) between rated.first_rated and rated.latest
    group by all
),

-- Items public at the end of a month: all that was put up until then, less what ran out.
public_so_far as (
    select
        told.kind,
        told.code,
        calendar.month,
        sum(told.public_step) as public_count,
    from rating_month as told
    inner join calendar on told.month <= calendar.month
    where told.public_step is not null
    group by told.kind, told.code, calendar.month
),

summed as (
    select
        place.*,
        calendar.month,
        calendar.data_from,
        first_told.month as first_month,
        now.alert_undone_count,
        now.red_overdue_count,
        public_so_far.public_count,
        year.* exclude (kind, code, month),
    from place
    cross join calendar
    left join year
        on place.kind = year.kind and place.code = year.code and calendar.month = year.month
    left join rating_month as now
        on place.kind = now.kind and place.code = now.code and calendar.month = now.month
    left join public_so_far
        on
            place.kind = public_so_far.kind
            and place.code = public_so_far.code
            and calendar.month = public_so_far.month
    left join first_told on place.kind = first_told.kind and place.code = first_told.code
)

select
    summed.kind,
    summed.code,
    summed.region_code,
    summed.level,
    summed.parent,
    summed.unit_kind,
    summed.month,
    cast(coalesce(greatest(least(date_diff(
        'month',
        greatest(
            summed.data_from,
            coalesce(date_trunc('month', summed.valid_from), summed.first_month)
        ),
        summed.month
    ) + 1, 12), 0), 0) as integer) as months,
    cast(summed.population as double) as population,
    cast(coalesce(summed.complaint_count, 0) as integer) as complaint_count,
    cast(coalesce(summed.compared_count, 0) as integer) as compared_count,
    cast(coalesce(summed.repeat_count, 0) as integer) as repeat_count,
    cast(coalesce(summed.rated_count, 0) as integer) as rated_count,
    cast(coalesce(summed.satisfied_count, 0) as integer) as satisfied_count,
    cast(coalesce(summed.complaint_due_count, 0) as integer) as complaint_due_count,
    cast(coalesce(summed.complaint_late_count, 0) as integer) as complaint_late_count,
    cast(coalesce(summed.record_count, 0) as integer) as record_count,
    cast(coalesce(summed.entry_late_count, 0) as integer) as entry_late_count,
    -- A unit keeps no records of its own: its exposure is what comes to it.
    cast(coalesce(
        case summed.kind
            when 'unit' then coalesce(summed.complaint_count, 0) + coalesce(summed.alert_count, 0)
            else summed.record_count
        end,
        0
    ) as integer) as matter_count,
    cast(coalesce(summed.alert_count, 0) as integer) as alert_count,
    cast(coalesce(summed.substantiated_count, 0) as integer) as substantiated_count,
    cast(coalesce(summed.serious_count, 0) as integer) as serious_count,
    cast(coalesce(summed.self_found_count, 0) as integer) as self_found_count,
    cast(coalesce(summed.alert_due_count, 0) as integer) as alert_due_count,
    cast(coalesce(summed.alert_late_count, 0) as integer) as alert_late_count,
    cast(coalesce(summed.alert_undone_count, 0) as integer) as alert_undone_count,
    cast(coalesce(summed.red_overdue_count, 0) as integer) as red_overdue_count,
    cast(coalesce(summed.persons_1, 0) as integer) as persons_1,
    cast(coalesce(summed.persons_2, 0) as integer) as persons_2,
    cast(coalesce(summed.persons_3, 0) as integer) as persons_3,
    cast(coalesce(summed.persons_4, 0) as integer) as persons_4,
    cast(coalesce(summed.self_found_persons, 0) as integer) as self_found_persons,
    cast(coalesce(village.village_count * item.item_count, 0) as integer) as item_count,
    cast(
        least(
            coalesce(summed.public_count, 0), coalesce(village.village_count * item.item_count, 0)
        ) as integer
    ) as public_count,
    cast(coalesce(summed.rectification_due_count, 0) as integer) as rectification_due_count,
    cast(coalesce(summed.rectification_late_count, 0) as integer) as rectification_late_count,
from summed
cross join item
left join village
    on summed.kind = village.kind and summed.code = village.code and summed.month = village.month
where
    coalesce(summed.valid_from <= summed.month + interval 1 month - interval 1 day, true)
    and coalesce(summed.valid_to >= summed.month + interval 1 month - interval 1 day, true)
order by summed.level, summed.month, summed.code
