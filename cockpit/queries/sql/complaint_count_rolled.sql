-- One row per month with complaints that match, the latest first: as `complaint_count`, from the roll-up
-- of whole months. A list may here be narrowed to an industry and the states it counts.
select
    month,
    cast(
        sum(
            case $state
                when 'open' then complaint_count - closed_count
                when 'closed' then closed_count
                when 'overdue' then overdue_count
                else complaint_count
            end
        ) as bigint
    ) as total,
from complaint_month
where
    level between $root_level_low and $root_level_high
    and list_contains($roots, region_code)
    and month >= $since
    and month < $until
    and ($industry is null or industry_code = $industry)
group by month
having total > 0
order by month desc
