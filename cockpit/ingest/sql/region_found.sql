-- One row per distinct text in which a place is named: the region, or the nearest one that is certain.
with
name as (
    select
        code,
        region_depth(code) as depth,
        lower(trim(name)) as name,
        length(trim(name)) as size,
    from raw.region
    where code between getvariable('region_low') and getvariable('region_high') and length(trim(name)) >= 2
),

gram as (
    select distinct left(name, 2) as gram, from name
),

numbered as (
    select
        row_number() over () as id,
        text,
        lower(text) as words,
    from place
),

position as (
    select
        id,
        words,
        unnest(range(1, length(words))) as place_at,
    from numbered
),

likely as (
    select
        position.id,
        position.words,
        position.place_at,
        gram.gram,
    from position
    inner join gram on gram.gram = substr(position.words, position.place_at, 2)
),

matched as (
    select
        likely.id,
        likely.place_at,
        name.code,
        name.depth,
        name.name,
        name.size,
    from likely
    inner join name
        on
            left(name.name, 2) = likely.gram
            and name.name = substr(likely.words, likely.place_at, name.size)
    where
        -- A name in Latin letters or digits ends where a word ends.
        not (
            regexp_matches(left(name.name, 1), '[a-z0-9]')
            and regexp_matches(substr(likely.words, likely.place_at - 1, 1), '[a-z0-9]')
            and likely.place_at > 1
        )
        and not (
            regexp_matches(right(name.name, 1), '[a-z0-9]')
            and regexp_matches(substr(likely.words, likely.place_at + name.size, 1), '[a-z0-9]')
        )
),

span as (
    select distinct
        id,
        place_at,
        size,
    from matched
),

inner_span as (
    select distinct
        short.id,
        short.place_at,
        short.size,
    from span as short
    inner join span as long
        on
            short.id = long.id
            and short.size < long.size
            and short.place_at >= long.place_at
            and long.place_at + long.size >= short.place_at + short.size
),

mention as (
    select matched.*,
    from matched
    anti join
        inner_span
        on
            matched.id = inner_span.id
            and matched.place_at = inner_span.place_at
            and matched.size = inner_span.size
),

mentioned as (
    select distinct
        id,
        code,
        depth,
    from mention
),

supported as (
    select
        mentioned.id,
        mentioned.code,
        count(outer_region.code) as support,
    from mentioned
    left join mentioned as outer_region
        on
            mentioned.id = outer_region.id
            and mentioned.depth > outer_region.depth
            and outer_region.code = region_at(mentioned.code, outer_region.depth)
    group by mentioned.id, mentioned.code
),

ranked as (
    select
        mention.id,
        mention.code,
        -- The finest place named, the one whose ancestors are named too, the longest name, the first mention.
        rank() over (
            partition by mention.id
            order by mention.depth desc, supported.support desc, mention.size desc, mention.place_at asc
        ) as place_rank,
    from mention
    inner join supported on mention.id = supported.id and mention.code = supported.code
),

best as (
    select
        id,
        min(code) as low,
        max(code) as high,
    from ranked
    where place_rank = 1
    group by id
)

select
    numbered.text,
    case when best.low = best.high then best.low end as code,
    common_region(best.low, best.high) as common_code,
from numbered
inner join best on numbered.id = best.id
