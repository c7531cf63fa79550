-- One row per day and purpose a village's seal was used for in the period.
select
    day,
    coalesce(purpose, '') as purpose,
    count(*) as use_count,
    count(*) filter (where is_unapproved) as unapproved_count,
    count(*) filter (where is_unnumbered) as unnumbered_count,
from seal
where
    region_code = $village
    and is_in_period
group by day, coalesce(purpose, '')
order by day, coalesce(purpose, '')
