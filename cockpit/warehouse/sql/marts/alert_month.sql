-- One row per level, region, month, industry, unit ('*': all, '': none), alert level and stage.
with
own as (
    select
        region_code,
        raised_month as month,
        coalesce(industry_code, '') as industry_code,
        coalesce(unit_id, '') as unit_id,
        alert_level,
        stage,
        count(*) as alert_count,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(finding) as verified_count,
        count(*) filter (where finding in ('substantiated', 'partly')) as substantiated_count,
        count(*) filter (where is_stuck) as stuck_count,
        count(*) filter (where has_clue) as clue_count,
        count(*) filter (where has_sanction) as sanction_count,
        count(*) filter (where recovered > 0) as recovering_count,
        coalesce(sum(persons), 0) as persons_sum,
        coalesce(sum(recovered), 0) as recovered_sum,
    from alert
    group by
        region_code,
        raised_month,
        coalesce(industry_code, ''),
        coalesce(unit_id, ''),
        alert_level,
        stage
),

rolled as (
    select
        pair.ancestor_code as region_code,
        own.month,
        own.industry_code,
        case when grouping(own.unit_id) = 1 then '*' else own.unit_id end as unit_id,
        own.alert_level,
        own.stage,
        cast(sum(own.alert_count) as bigint) as alert_count,
        cast(sum(own.open_count) as bigint) as open_count,
        cast(sum(own.overdue_count) as bigint) as overdue_count,
        cast(sum(own.verified_count) as bigint) as verified_count,
        cast(sum(own.substantiated_count) as bigint) as substantiated_count,
        cast(sum(own.stuck_count) as bigint) as stuck_count,
        cast(sum(own.clue_count) as bigint) as clue_count,
        cast(sum(own.sanction_count) as bigint) as sanction_count,
        cast(sum(own.recovering_count) as bigint) as recovering_count,
        cast(sum(own.persons_sum) as bigint) as persons_sum,
        sum(own.recovered_sum) as recovered_sum,
    from own
    inner join stg_region_ancestor as pair
        on own.region_code = pair.code
    group by
        grouping sets (
            (
                pair.ancestor_code,
                own.month,
                own.industry_code,
                own.unit_id,
                own.alert_level,
                own.stage
            ),
            (
                pair.ancestor_code,
                own.month,
                own.industry_code,
                own.alert_level,
                own.stage
            )
        )
)

select
    region.level,
    rolled.region_code,
    region.parent,
    rolled.month,
    rolled.industry_code,
    rolled.unit_id,
    rolled.alert_level,
    rolled.stage,
    rolled.alert_count,
    rolled.open_count,
    rolled.overdue_count,
    rolled.verified_count,
    rolled.substantiated_count,
    rolled.stuck_count,
    rolled.clue_count,
    rolled.sanction_count,
    rolled.recovering_count,
    rolled.persons_sum,
    rolled.recovered_sum,
from rolled
inner join stg_region as region
    on rolled.region_code = region.code
order by rolled.unit_id, region.level, rolled.region_code, rolled.month
