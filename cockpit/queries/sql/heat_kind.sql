-- One row per kind (level, source, model, module, stage) and value of it ('' for none) with alerts.
with
chosen as (
    select
        alert_level,
        coalesce(source, '') as source,
        coalesce(model, '') as model,
        coalesce(module, '') as module,
        stage,
        is_open,
        is_overdue,
        finding,
    from alert_now
    where
        region_code between $region_low and $region_high
        and raised_at >= $since
        and raised_at < $until
        and ($industry is null or coalesce(industry_code, '') = $industry)
        and ($level is null or alert_level = $level)
)

select
    case
        when grouping(alert_level) = 0 then 'level'
        when grouping(source) = 0 then 'source'
        when grouping(model) = 0 then 'model'
        when grouping(module) = 0 then 'module'
        else 'stage'
    end as kind,
    coalesce(alert_level, source, model, module, stage) as code,
    count(*) as alert_count,
    count(*) filter (where alert_level_of = 'red') as red_count,
    count(*) filter (where is_open) as open_count,
    count(*) filter (where is_overdue) as overdue_count,
    count(finding) as verified_count,
    count(*) filter (where finding in ('substantiated', 'partly')) as substantiated_count,
from (
    select
        *,
        alert_level as alert_level_of,
    from chosen
) as told
group by grouping sets ((alert_level), (source), (model), (module), (stage))
order by kind asc, alert_count desc, code asc
