-- One row per part of the focus with a boundary; the focus itself where it has no parts.
select
    b.region_code,
    r.name,
    b.level,
    b.geometry,
from boundary as b
inner join region as r on b.region_code = r.code
where list_contains($parts, b.region_code)
order by b.region_code
