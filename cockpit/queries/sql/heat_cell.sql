-- One row per place asked for ('' for all others) with alerts, per month or module where asked for.
-- Counts of the period, and how many were raised in the one before it.
with
listed as (
    select unnest($places) as code,
),

counted as (
    select
        region_code,
        case $by
            when 'month' then strftime(raised_month, '%Y-%m')
            when 'module' then coalesce(module, '')
            else ''
        end as key,
        count(*) filter (where raised_at >= $since) as alert_count,
        count(*) filter (where raised_at >= $since and is_open) as open_count,
        count(*) filter (where raised_at >= $since and is_overdue) as overdue_count,
        count(*) filter (where raised_at >= $since and alert_level = 'red') as red_count,
        count(*) filter (where raised_at >= $since and is_open and alert_level = 'red') as red_open_count,
        count(*) filter (where raised_at >= $since and finding is not null) as verified_count,
        count(*) filter (
            where raised_at >= $since and finding in ('substantiated', 'partly')
        ) as substantiated_count,
        count(*) filter (where raised_at < $since) as before_count,
    from alert_count
    where
        region_code between $region_low and $region_high
        and raised_at >= $since_before
        and raised_at < $until
        and ($industry is null or coalesce(industry_code, '') = $industry)
        and ($level is null or alert_level = $level)
    group by all
),

placed as (
    select
        c.*,
        coalesce(village.code, town.code, county.code, city.code, province.code, '') as place,
    from counted as c
    left join listed as village on c.region_code = village.code
    left join listed as town on rpad(left(c.region_code, 9), 12, '0') = town.code
    left join listed as county on rpad(left(c.region_code, 6), 12, '0') = county.code
    left join listed as city on rpad(left(c.region_code, 4), 12, '0') = city.code
    left join listed as province on rpad(left(c.region_code, 2), 12, '0') = province.code
)

select
    place,
    key,
    cast(sum(alert_count) as bigint) as alert_count,
    cast(sum(open_count) as bigint) as open_count,
    cast(sum(overdue_count) as bigint) as overdue_count,
    cast(sum(red_count) as bigint) as red_count,
    cast(sum(red_open_count) as bigint) as red_open_count,
    cast(sum(verified_count) as bigint) as verified_count,
    cast(sum(substantiated_count) as bigint) as substantiated_count,
    cast(sum(before_count) as bigint) as before_count,
from placed
group by place, key
order by place, key
