-- One row per place or unit of a level and month.
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
left join region as place on rating.kind = 'region' and rating.code = place.code
left join unit on rating.kind = 'unit' and rating.code = unit.id
where
    rating.month = cast($month as date)
    and rating.level = $rated_level
    and rating.region_code between $region_low and $region_high
order by rating.code
