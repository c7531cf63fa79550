-- One row per record of a village module: what the source row of its module is derived from.
with drawn as (
    select
        module,
        module_no,
        v,
        m,
        n + unnest(range(k)) as n,
    from record_cell
),

dated as (
    select
        drawn.module,
        village.v,
        drawn.n,
        drawn.n + drawn.module_no * 1000000000 as key,
        day_slot.day as occurred_on,
        village.town in (from late_town) as is_late_town,
        village.population,
        village.code,
        village.name,
    from drawn
    inner join village on drawn.v = village.v
    inner join day_slot
        on drawn.m = day_slot.m and pick(drawn.n + drawn.module_no * 1000000000, 'day', 1000) = day_slot.slot
),

reported as (
    select
        * exclude (is_late_town),
        case
            when draw(key, 'late') < case when is_late_town then getvariable('late_share') else 0.05 end
                then occurred_on + 15 + pick(key, 'late days', 75)
            else occurred_on + floor(10 * pow(draw(key, 'days to report'), 2))::integer
        end as reported_on,
    from dated
)

from reported
where reported_on <= getvariable('last_day')
