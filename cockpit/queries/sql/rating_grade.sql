-- One row per place or unit of a level and month.
select
    rating.*,
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
