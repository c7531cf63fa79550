-- One row per place asked for with alerts in its roll-up, and one ('') for the whole focus.
-- Counts of a period of whole months, and how many were raised in the one before it.
with
asked as (
    select
        unnest($places) as code,
        false as is_whole,
    union all
    select
        unnest($roots) as code,
        true as is_whole,
)

select
    case when asked.is_whole then '' else asked.code end as place,
    cast(coalesce(sum(m.alert_count) filter (where m.month >= $since), 0) as bigint) as alert_count,
    cast(coalesce(sum(m.open_count) filter (where m.month >= $since), 0) as bigint) as open_count,
    cast(coalesce(sum(m.overdue_count) filter (where m.month >= $since), 0) as bigint) as overdue_count,
    cast(
        coalesce(sum(m.alert_count) filter (where m.month >= $since and m.alert_level = 'red'), 0) as bigint
    ) as red_count,
    cast(
        coalesce(sum(m.open_count) filter (where m.month >= $since and m.alert_level = 'red'), 0) as bigint
    ) as red_open_count,
    cast(coalesce(sum(m.verified_count) filter (where m.month >= $since), 0) as bigint) as verified_count,
    cast(
        coalesce(sum(m.substantiated_count) filter (where m.month >= $since), 0) as bigint
    ) as substantiated_count,
    cast(coalesce(sum(m.alert_count) filter (where m.month < $since), 0) as bigint) as before_count,
from alert_month as m
inner join asked on m.region_code = asked.code
where
    m.month >= $since_before
    and m.month < $until
    and m.level between $level_low and $level_high
    and ($industry is null or m.industry_code = $industry)
    and ($level is null or m.alert_level = $level)
group by all
order by all
