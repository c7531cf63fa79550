-- One row per region code; level and parent follow from the code, whatever the source says.
select
    code,
    name,
    case
        when substr(code, 10, 3) <> '000' then 'village'
        when substr(code, 7, 3) <> '000' then 'town'
        when substr(code, 5, 2) <> '00' then 'county'
        when substr(code, 3, 2) <> '00' then 'city'
        else 'province'
    end as level,
    case
        when rpad(left(code, 9), 12, '0') <> code then rpad(left(code, 9), 12, '0')
        when rpad(left(code, 6), 12, '0') <> code then rpad(left(code, 6), 12, '0')
        when rpad(left(code, 4), 12, '0') <> code then rpad(left(code, 4), 12, '0')
        when rpad(left(code, 2), 12, '0') <> code then rpad(left(code, 2), 12, '0')
    end as parent,
    valid_from,
    valid_to,
    population,
    households,
    longitude,
    latitude,
    updated_at,
from raw.region
