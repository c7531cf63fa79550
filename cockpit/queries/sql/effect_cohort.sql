-- One row per month of raising, source, industry, module, model and place (cut off): what became of alerts.
-- Keys without a value become '' once they are counted: on every alert that would cost most of it.
with
counted as (
    select
        raised_month as month,
        source,
        industry_code,
        module,
        model,
        left(region_code, $prefix) as part,
        count(*) as alert_count,
        count_if(stage <> 'raised') as assigned_count,
        count_if(finding is not null) as verified_count,
        count_if(finding in ('substantiated', 'partly')) as substantiated_count,
        count_if(not is_open) as disposed_count,
        count_if(has_clue) as clue_count,
        count_if(has_case) as case_count,
        count_if(has_sanction) as sanction_count,
        coalesce(sum(case when has_sanction then persons end), 0) as sanctioned_sum,
        coalesce(sum(persons), 0) as persons_sum,
        count_if(persons > 0) as dealt_count,
        count_if(recovered > 0) as recovering_count,
        coalesce(sum(recovered), 0) as recovered_sum,
    from alert_count
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
)

select
    * replace (
        coalesce(source, '') as source,
        coalesce(industry_code, '') as industry_code,
        coalesce(module, '') as module,
        coalesce(model, '') as model
    ),
from counted
