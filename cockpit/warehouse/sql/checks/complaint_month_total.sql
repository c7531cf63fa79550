-- 投诉月度汇总的全省合计与明细件数不一致
select
    build.count_complaint,
    sum(rolled.complaint_count) as rolled_count,
from build
left join complaint_month as rolled
    on rolled.level = 'province' and rolled.unit_id = '*'
group by build.count_complaint
having build.count_complaint <> coalesce(sum(rolled.complaint_count), 0)
