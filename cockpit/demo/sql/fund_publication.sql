-- One row per village, fund and quarter of payments made public: most are, some late, some with another sum.
with paid as (
    select
        v,
        region_code,
        scheme,
        date_trunc('quarter', completed_on)::date as quarter,
        sum(amount) as amount,
        count(distinct recipient) as recipients,
        min(key) as key,
    from relief
    where completed_on is not null
    group by v, region_code, scheme, quarter
),

dated as (
    select
        *,
        quarter + interval 3 month
        + to_days(case
            when draw(key, 'fund late') < 0.12 then 60 + pick(key, 'fund delay', 120)
            else 3 + pick(key, 'fund days', 20)
        end) as published_at,
    from paid
    where draw(key, 'fund published') < 0.88 and region_code not in (from silent)
)

select
    'ZJ' || lpad(row_number() over (order by region_code, scheme, quarter)::varchar, 9, '0') as id,
    region_code,
    scheme as fund,
    case
        when draw(key, 'fund differs') < 0.06 then round(amount * (0.7 + 0.25 * draw(key, 'fund share')), -1)
        else amount
    end as amount,
    recipients,
    published_at::date as published_on,
    year(quarter) as for_year,
    published_at as updated_at,
from dated
where published_at::date <= getvariable('last_day')
order by id
