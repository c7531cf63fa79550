-- One row per peer group, module and figure: a band over the villages that have the figure, at least five.
with
told as (
    select
        village.peer_group,
        village.module,
        figure.name as figure,
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
        ('item_rate'),
        ('late_share'),
        ('over_share'),
        ('arrears_share'),
        ('pay_per_day'),
        ('cadre_share'),
        ('single_source_share'),
        ('unapproved_share')
    ) as figure (name)
)

select
    told.peer_group,
    told.module,
    told.figure,
    count(*) as count_place,
    quantile_cont(told.value, 0.1) as low,
    quantile_cont(told.value, 0.5) as mid,
    quantile_cont(told.value, 0.9) as high,
from told
cross join setting
where told.value is not null
group by told.peer_group, told.module, told.figure, setting.peer_smallest
having count(*) >= setting.peer_smallest
order by told.peer_group, told.module, told.figure
