-- 投诉月度汇总中各单位之和与全部单位不一致
select
    level,
    region_code,
from complaint_month
group by level, region_code
having
    sum(case when unit_id = '*' then complaint_count else -complaint_count end) <> 0
    or sum(case when unit_id = '*' then closed_count else -closed_count end) <> 0
    or sum(case when unit_id = '*' then due_count else -due_count end) <> 0
    or sum(case when unit_id = '*' then on_time_count else -on_time_count end) <> 0
    or sum(case when unit_id = '*' then overdue_count else -overdue_count end) <> 0
    or sum(case when unit_id = '*' then rated_count else -rated_count end) <> 0
    or sum(case when unit_id = '*' then satisfied_count else -satisfied_count end) <> 0
order by level, region_code
