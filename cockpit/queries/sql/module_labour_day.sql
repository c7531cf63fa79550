-- One row per person, day and kind of worker (cadre or not) a village had work from in the period.
select
    left(any_value(person), 6) as person,
    coalesce(worked_on, day) as day,
    coalesce(is_cadre, false) as is_cadre,
    sum(hours) as hours,
    sum(coalesce(pay, amount)) as pay,
from labour
where
    region_code = $village
    and is_in_period
group by coalesce(person, id), coalesce(worked_on, day), coalesce(is_cadre, false)
order by coalesce(worked_on, day), coalesce(person, id)
