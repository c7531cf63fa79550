-- 预警处置记录找不到所属预警
select alert_id,
from alert_event
where region_code is null
group by alert_id
order by alert_id
