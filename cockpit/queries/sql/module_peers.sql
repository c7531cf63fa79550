-- One row per module and figure of a village, beside the band of the villages like it where there is one.
with
told as (
    select
        village.peer_group,
        village.module,
        figure.name as figure,
        figure.number,
        case figure.name
            when 'item_rate' then village.item_rate
            when 'late_share' then village.late_share
            when 'over_share' then village.over_share
            when 'arrears_share' then village.arrears_share
            when 'pay_per_day' then village.pay_per_day
            when 'cadre_share' then village.cadre_share
            when 'single_source_share' then village.single_source_share
            when 'unapproved_share' then village.unapproved_share
        end as value,
    from module_figure as village
    cross join (
        values
        ('item_rate', 1),
        ('late_share', 2),
        ('over_share', 3),
        ('arrears_share', 4),
        ('pay_per_day', 5),
        ('cadre_share', 6),
        ('single_source_share', 7),
        ('unapproved_share', 8)
    ) as figure (name, number)
    where village.region_code = $village
)

select
    told.module,
    told.figure,
    told.peer_group,
    told.value,
    peer.low,
    peer.mid,
    peer.high,
    coalesce(peer.count_place, 0) as count_place,
from told
left join module_peer as peer
    on told.peer_group = peer.peer_group and told.module = peer.module and told.figure = peer.figure
where
    told.value is not null
    or peer.count_place is not null
order by
    list_position(['village_project', 'asset', 'labour', 'procurement', 'relief', 'seal'], told.module),
    told.number
