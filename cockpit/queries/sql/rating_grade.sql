-- One row per place or unit of a level and month: by code or the worst first; all or what has changed.
select
    rating.kind,
    rating.code,
    rating.region_code,
    rating.level,
    rating.parent,
    rating.month,
    rating.version,
    rating.peer_group,
    rating.score,
    rating.grade,
    rating.shown_grade,
    rating.grey_reason,
    rating.limit_reason,
    rating.previous_grade,
    rating.previous_score,
    rating.change_reason,
    rating.geometric_score,
    rating.geometric_grade,
    rating.p_a,
    rating.p_b,
    rating.p_c,
    rating.p_d,
    rating.rank,
    rating.rank_low,
    rating.rank_high,
    rating.rank_of,
    rating.is_borderline,
    rating.driver,
    coalesce(place.name, unit.name, rating.code) as name,
    place.longitude,
    place.latitude,
from rating
-- Equalities alone: with another condition beside them the join compares every pair.
left join region as place on case rating.kind when 'region' then rating.code end = place.code
left join unit on case rating.kind when 'unit' then rating.code end = unit.id
where
    rating.month = cast($month as date)
    and rating.level = $rated_level
    and rating.region_code between $region_low and $region_high
    and (not $is_changed or rating.previous_grade <> rating.shown_grade)
order by
    case when $is_worst_first then list_position(['D', 'C', '', 'B', 'A'], rating.shown_grade) end asc,
    case when $is_worst_first then rating.score end asc nulls last,
    rating.code asc
limit $rows
