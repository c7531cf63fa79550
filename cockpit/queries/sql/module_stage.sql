-- One row per stage that a village's projects of the period, or still open, are in.
select
    coalesce(stage, '') as stage,
    count(*) as project_count,
    count(*) filter (where is_open) as open_count,
    count(*) filter (where is_over) as over_count,
    count(*) filter (where is_changed) as changed_count,
    sum(estimate) as estimate_sum,
    sum(contract_amount) as contract_sum,
    sum(paid_amount) as paid_sum,
from village_project
where
    region_code = $village
    and is_current
group by coalesce(stage, '')
order by project_count desc, coalesce(stage, '') asc
