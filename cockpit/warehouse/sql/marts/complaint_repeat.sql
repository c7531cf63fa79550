-- One row per complaint that comes back: received within repeat_days of the closing of one of its place.
with
-- Told at the very time of a closing is not after it.
turn as (
    select
        region_code,
        industry_code,
        category,
        received_at as at,
        0 as is_closing,
        id,
    from complaint
    where coalesce(category, industry_code) is not null
    union all
    select
        region_code,
        industry_code,
        category,
        closed_at as at,
        1 as is_closing,
        id,
    from complaint
    where coalesce(category, industry_code) is not null and is_closed
),

-- The closing last seen at a place on a topic: a category within its industry, or the industry alone.
followed as (
    select
        turn.id,
        turn.is_closing,
        turn.at,
        last_value(case when turn.is_closing = 1 then turn.id end ignore nulls) over topic as repeat_of,
        max(case when turn.is_closing = 1 then turn.at end) over topic as closed_at,
    from turn
    window
        topic as (
            partition by turn.region_code, turn.industry_code, turn.category
            order by turn.at, turn.is_closing, turn.id
            rows between unbounded preceding and current row
        )
),

by_topic as (
    select
        followed.id,
        followed.repeat_of,
    from followed
    cross join setting
    where
        followed.is_closing = 0
        and followed.at <= followed.closed_at + setting.repeat_days * interval 1 day
),

alike as (
    select
        link.id,
        link.other_id as repeat_of,
        link.similarity,
        row_number()
            over (
                partition by link.id
                order by link.similarity desc, earlier.closed_at desc, link.other_id asc
            )
            as position,
    from complaint_link as link
    inner join complaint as later
        on link.id = later.id
    inner join complaint as earlier
        on link.other_id = earlier.id
    cross join setting
    where
        earlier.closed_at < later.received_at
        and later.received_at <= earlier.closed_at + setting.repeat_days * interval 1 day
),

by_text as (
    select
        id,
        repeat_of,
        similarity,
    from alike
    where position = 1
),

-- The one that reads most alike, or else the one closed last on the topic.
chosen as (
    select
        coalesce(by_text.id, by_topic.id) as id,
        coalesce(by_text.repeat_of, by_topic.repeat_of) as repeat_of,
        by_topic.id is not null as is_same_topic,
        by_text.similarity,
    from by_topic
    full outer join by_text
        on by_topic.id = by_text.id
)

select
    complaint.id,
    complaint.region_code,
    complaint.industry_code,
    complaint.unit_id,
    complaint.received_at,
    complaint.received_month,
    complaint.category,
    chosen.repeat_of,
    earlier.unit_id as repeat_of_unit_id,
    date_diff('second', earlier.closed_at, complaint.received_at) / 86400.0 as days_since_closure,
    chosen.is_same_topic,
    chosen.similarity,
    coalesce(complaint.writer = earlier.writer, false) as is_same_writer,
from chosen
inner join complaint
    on chosen.id = complaint.id
inner join complaint as earlier
    on chosen.repeat_of = earlier.id
order by complaint.region_code, complaint.received_at
