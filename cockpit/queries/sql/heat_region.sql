-- One row per region inside the focus, and above several of them; of villages of today the latest record.
select
    r.code,
    r.name,
    r.level,
    r.parent,
    r.population,
    r.longitude,
    r.latitude,
    coalesce(r.valid_to < cast(b.as_of as date), false) as is_former,
    a.count_row,
    a.latest_on,
from region as r
cross join build as b
left join village_activity as a on r.code = a.region_code
where r.code between $region_low and $region_high
order by r.code
