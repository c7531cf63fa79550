-- 预警月度汇总的全省合计与明细件数不一致
select
    build.count_alert,
    sum(rolled.alert_count) as rolled_count,
from build
left join alert_month as rolled
    on rolled.level = 'province' and rolled.unit_id = '*'
group by build.count_alert
having build.count_alert <> coalesce(sum(rolled.alert_count), 0)
