-- One row per campaign begun in the period and region compared: its own, and those beside it without any.
-- Counted are as many whole months before the month of its beginning as after it, $months at most.
-- A sibling is left out when a campaign of the same field, or of none named, runs there in these months.
with
campaign as (
    select
        c.id,
        c.region_code,
        c.industry_code,
        r.parent,
        r.level,
        cast(date_trunc('month', c.started_on) as date) as began,
        cast(
            case
                when c.started_on = date_trunc('month', c.started_on) then c.started_on
                else date_trunc('month', c.started_on) + interval 1 month
            end as date
        ) as resumed,
        cast(date_trunc('month', build.as_of + interval 1 day) as date) as current_month,
        cast(build.as_of as date) as today,
    from rectification as c
    inner join region as r on c.region_code = r.code
    cross join build
    where
        c.kind = 'campaign'
        and c.region_code between $region_low and $region_high
        and c.started_on >= cast($since as date)
        and c.started_on < cast($until as date)
        and (
            $industry is null
            or c.industry_code = $industry
            or ($industry = '' and c.industry_code is null)
        )
),

measured as (
    select
        *,
        least($months, greatest(date_diff('month', resumed, current_month), 0)) as months,
    from campaign
),

spanned as (
    select
        *,
        cast(began - months * interval 1 month as date) as since,
        cast(resumed + months * interval 1 month as date) as until,
    from measured
),

busy as (
    select distinct
        s.id,
        o.region_code,
    from spanned as s
    inner join region as r
        on s.parent = r.parent and s.level = r.level
    inner join rectification as o
        on r.code = o.region_code
    where
        o.kind = 'campaign'
        and o.started_on < s.until
        and coalesce(o.completed_on, o.due_on, s.today) >= s.since
        and coalesce(o.industry_code = s.industry_code, true)
),

compared as (
    select
        s.*,
        s.region_code as place,
        true as is_treated,
    from spanned as s
    union all
    select
        s.*,
        r.code as place,
        false as is_treated,
    from spanned as s
    inner join region as r
        on s.parent = r.parent and s.level = r.level
    left join busy
        on s.id = busy.id and r.code = busy.region_code
    where r.code <> s.region_code and busy.id is null
),

complaints as (
    select
        p.id,
        p.place,
        sum(m.complaint_count) filter (where m.month < p.began) as before_count,
        sum(m.complaint_count) filter (where m.month >= p.resumed) as after_count,
    from compared as p
    inner join complaint_month as m
        on
            p.level = m.level
            and p.place = m.region_code
            and p.since <= m.month
            and p.until > m.month
            and (p.industry_code is null or p.industry_code = m.industry_code)
    where $series = 'complaint'
    group by p.id, p.place
),

alerts as (
    select
        p.id,
        p.place,
        sum(m.alert_count) filter (where m.month < p.began) as before_count,
        sum(m.alert_count) filter (where m.month >= p.resumed) as after_count,
    from compared as p
    inner join alert_month as m
        on
            p.level = m.level
            and p.place = m.region_code
            and p.since <= m.month
            and p.until > m.month
            and (p.industry_code is null or p.industry_code = m.industry_code)
    where $series = 'alert'
    group by p.id, p.place
)

select
    p.id,
    p.place as region_code,
    p.is_treated,
    p.months,
    p.since,
    p.began,
    p.resumed,
    p.until,
    coalesce(complaints.before_count, alerts.before_count, 0) as before,
    coalesce(complaints.after_count, alerts.after_count, 0) as after,
from compared as p
left join complaints on p.id = complaints.id and p.place = complaints.place
left join alerts on p.id = alerts.id and p.place = alerts.place
order by p.id asc, p.is_treated desc, p.place asc
