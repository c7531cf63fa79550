-- One row: how many places complaints of the focus may lie in; those above villages count when they have any.
with place as (
    select
        code,
        count_children,
    from region
    where
        code between $region_low and $region_high
        and len(list_filter($spans, lambda span: code between span['low'] and span['high'])) > 0
),

above as (
    select distinct c.region_code,
    from complaint as c
    inner join place as p on c.region_code = p.code
    where
        not $is_rolled
        and p.count_children > 0
        and c.region_code between $region_low and $region_high
        and c.received_at >= $since
        and c.received_at < $until
        and ($industry is null or coalesce(c.industry_code, '') = $industry)
    union
    select region_code,
    from complaint_topic
    where
        $is_rolled
        and has_parts
        and region_code between $region_low and $region_high
        and month >= cast($since as date)
        and month < cast($until as date)
        and ($industry is null or coalesce(industry_code, '') = $industry)
)

select
    (
        select count(*),
        from place
        where count_children = 0
    ) + (
        select count(*),
        from above
    ) as place_count,
