-- One row: how many places complaints of the focus may lie in, those above the villages counted when they have any.
select count(*) as place_count,
from region as r
where
    r.code between $region_low and $region_high
    and len(list_filter($spans, lambda span: r.code between span['low'] and span['high'])) > 0
    and (
        r.count_children = 0
        or r.code in (
            select c.region_code
            from complaint as c
            where
                c.region_code between $region_low and $region_high
                and c.received_at >= $since
                and c.received_at < $until
                and ($industry is null or coalesce(c.industry_code, '') = $industry)
        )
    )
