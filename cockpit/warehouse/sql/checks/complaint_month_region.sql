-- 投诉月度汇总与明细按区划不一致
with
own as (
    select
        region_code,
        count(*) as count_fact,
    from complaint
    group by region_code
),

expected as (
    select
        pair.ancestor_code as region_code,
        cast(sum(own.count_fact) as bigint) as count_fact,
    from own
    inner join stg_region_ancestor as pair
        on own.region_code = pair.code
    group by pair.ancestor_code
),

rolled as (
    select
        region_code,
        cast(sum(complaint_count) as bigint) as count_fact,
    from complaint_month
    where unit_id = '*'
    group by region_code
)

select
    coalesce(expected.region_code, rolled.region_code) as region_code,
    expected.count_fact as expected_count,
    rolled.count_fact as rolled_count,
from expected
full join rolled
    on expected.region_code = rolled.region_code
where coalesce(expected.count_fact, -1) <> coalesce(rolled.count_fact, -1)
order by coalesce(expected.region_code, rolled.region_code)
