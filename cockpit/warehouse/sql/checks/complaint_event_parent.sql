-- 投诉办理记录找不到所属投诉
select complaint_id,
from complaint_event
where region_code is null
group by complaint_id
order by complaint_id
