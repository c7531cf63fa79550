-- One row per region of every level, fund and year: paid to households, and made public of it.
with
paid as (
    select
        region_code,
        coalesce(trim(scheme), '') as fund,
        coalesce(year(coalesce(completed_on, occurred_on, reported_on)), 0) as year,
        amount,
        recipient,
    from stg_relief
    -- What is known not to be paid yet has a stage before the payment and no day of it.
    where completed_on is not null or stage is null or stage = '已发放'
),

published as (
    select
        region_code,
        trim(fund) as fund,
        coalesce(for_year, year(published_on)) as year,
        sum(amount) as amount,
        count(*) as publication_count,
        -- The same persons may stand in each publication of a year: at least so many they are.
        max(recipients) as recipients,
        max(published_on) as latest_on,
    from stg_fund_publication
    group by all
),

rolled as (
    select
        pair.ancestor_code as region_code,
        paid.fund,
        paid.year,
        sum(paid.amount) as paid_sum,
        count(*) as payment_count,
        count(distinct paid.recipient) as recipient_count,
    from paid
    inner join stg_region_ancestor as pair on paid.region_code = pair.code
    group by pair.ancestor_code, paid.fund, paid.year
    union all by name
    select
        pair.ancestor_code as region_code,
        published.fund,
        published.year,
        sum(published.amount) as published_sum,
        sum(published.publication_count) as publication_count,
        sum(published.recipients) as published_recipient_count,
        max(published.latest_on) as latest_on,
    from published
    inner join stg_region_ancestor as pair on published.region_code = pair.code
    group by pair.ancestor_code, published.fund, published.year
)

select
    region.level,
    region.code as region_code,
    region.parent,
    rolled.fund,
    cast(rolled.year as integer) as year,
    coalesce(sum(rolled.paid_sum), 0) as paid_sum,
    cast(coalesce(sum(rolled.payment_count), 0) as bigint) as payment_count,
    cast(coalesce(sum(rolled.recipient_count), 0) as bigint) as recipient_count,
    coalesce(sum(rolled.published_sum), 0) as published_sum,
    cast(coalesce(sum(rolled.publication_count), 0) as bigint) as publication_count,
    cast(coalesce(sum(rolled.published_recipient_count), 0) as bigint) as published_recipient_count,
    max(rolled.latest_on) as latest_on,
from rolled
inner join stg_region as region on rolled.region_code = region.code
group by region.level, region.code, region.parent, rolled.fund, rolled.year
order by region.level, region.code, rolled.fund, rolled.year
