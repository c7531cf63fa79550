-- One row per region and region it lies in, itself included.
with
prefix as (
    select listed.digits,
    from (values (2), (4), (6), (9), (12)) as listed (digits)
)

select distinct
    region.code,
    rpad(left(region.code, prefix.digits), 12, '0') as ancestor_code,
from stg_region as region
cross join prefix
