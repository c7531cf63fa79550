-- One row per place or unit of a month: the one asked for, or all of a level.
select
    base.kind,
    base.code,
    base.region_code,
    base.level,
    base.parent,
    base.unit_kind,
    base.month,
    base.months,
    base.population,
    base.complaint_count,
    base.compared_count,
    base.repeat_count,
    base.rated_count,
    base.satisfied_count,
    base.complaint_due_count,
    base.complaint_late_count,
    base.record_count,
    base.entry_late_count,
    base.matter_count,
    base.alert_count,
    base.substantiated_count,
    base.serious_count,
    base.self_found_count,
    base.alert_due_count,
    base.alert_late_count,
    base.alert_undone_count,
    base.red_overdue_count,
    base.persons_1,
    base.persons_2,
    base.persons_3,
    base.persons_4,
    base.self_found_persons,
    base.item_count,
    base.public_count,
    base.rectification_due_count,
    base.rectification_late_count,
from rating_base as base
where
    base.month = cast($month as date)
    and (base.code = $code or ($code is null and base.level = $rated_level))
    and base.region_code between $region_low and $region_high
order by base.code
