-- One row per peer group, grade shown, grade of the month before and whether it is borderline, counted.
select
    peer_group,
    shown_grade,
    previous_grade,
    coalesce(is_borderline, false) as is_borderline,
    count(*) as count_place,
from rating
where
    month = cast($month as date)
    and level = $rated_level
    and region_code between $region_low and $region_high
group by all
order by all
