-- One row: how many tasks this person has, and how many of them are past their limit.
select
    count(*) as open_count,
    count(*) filter (where is_late) as overdue_count,
from alert_duty($who, $role, $now)
