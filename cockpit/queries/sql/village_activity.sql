-- One row per village: the day of its latest record; silent without one of late, no_data without any.
select
    village.region_code,
    county.name as county_name,
    town.name as town_name,
    region.name,
    village.latest_on,
    case
        when village.count_row = 0 then 'no_data'
        when coalesce(village.latest_on <= cast(build.as_of as date) - $days, true) then 'silent'
        else 'active'
    end as state,
from village_activity as village
cross join build
inner join region
    on village.region_code = region.code
left join region as town
    on rpad(left(village.region_code, 9), 12, '0') = town.code
left join region as county
    on rpad(left(village.region_code, 6), 12, '0') = county.code
order by village.region_code
