-- One row per month of raising, source, industry, module, model and place (cut off): what became of alerts.
select
    raised_month as month,
    coalesce(source, '') as source,
    coalesce(industry_code, '') as industry_code,
    coalesce(module, '') as module,
    coalesce(model, '') as model,
    left(region_code, $prefix) as part,
    count(*) as alert_count,
    count(*) filter (where stage <> 'raised') as assigned_count,
    count(*) filter (where finding is not null) as verified_count,
    count(*) filter (where finding in ('substantiated', 'partly')) as substantiated_count,
    count(*) filter (where not is_open) as disposed_count,
    count(*) filter (where has_clue) as clue_count,
    count(*) filter (where has_case) as case_count,
    count(*) filter (where has_sanction) as sanction_count,
    coalesce(sum(persons) filter (where has_sanction), 0) as sanctioned_sum,
    coalesce(sum(persons), 0) as persons_sum,
    count(*) filter (where persons > 0) as dealt_count,
    count(*) filter (where recovered > 0) as recovering_count,
    coalesce(sum(recovered), 0) as recovered_sum,
from alert_now
where
    region_code between $region_low and $region_high
    and raised_at >= $since
    and raised_at < $until
    and (
        $industry is null
        or industry_code = $industry
        or ($industry = '' and industry_code is null)
    )
    and ($level is null or alert_level = $level)
group by all
