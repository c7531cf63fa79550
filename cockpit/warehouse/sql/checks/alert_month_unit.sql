-- 预警月度汇总中各单位之和与全部单位不一致
select
    level,
    region_code,
from alert_month
group by level, region_code
having
    sum(case when unit_id = '*' then alert_count else -alert_count end) <> 0
    or sum(case when unit_id = '*' then open_count else -open_count end) <> 0
    or sum(case when unit_id = '*' then overdue_count else -overdue_count end) <> 0
    or sum(case when unit_id = '*' then verified_count else -verified_count end) <> 0
    or sum(case when unit_id = '*' then substantiated_count else -substantiated_count end) <> 0
    or sum(case when unit_id = '*' then stuck_count else -stuck_count end) <> 0
    or sum(case when unit_id = '*' then clue_count else -clue_count end) <> 0
    or sum(case when unit_id = '*' then sanction_count else -sanction_count end) <> 0
    or sum(case when unit_id = '*' then recovering_count else -recovering_count end) <> 0
    or sum(case when unit_id = '*' then persons_sum else -persons_sum end) <> 0
order by level, region_code
