-- One row per month with alerts that match, the latest first: as `alert_count`, from the roll-up
-- of whole months. A list may here be narrowed to an industry, a level, a stage, and the states it counts.
select
    month,
    cast(
        sum(
            case $state
                when 'open' then open_count
                when 'closed' then alert_count - open_count
                when 'overdue' then overdue_count
                when 'stuck' then stuck_count
                else alert_count
            end
        ) as bigint
    ) as total,
from alert_month
where
    level between $root_level_low and $root_level_high
    and list_contains($roots, region_code)
    and month >= $since
    and month < $until
    and ($industry is null or industry_code = $industry)
    and ($level is null or alert_level = $level)
    and ($stage is null or stage = $stage)
group by month
having total > 0
order by month desc
