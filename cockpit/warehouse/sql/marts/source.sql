-- One row per source table.
with
counted as (
    select
        'alert' as table_name,
        count(*) as count_row,
        cast(max(raised_at) as timestamp) as latest_at,
    from stg_alert
    union all
    select
        'alert_event' as table_name,
        count(*) as count_row,
        cast(max(event.at) as timestamp) as latest_at,
    from stg_alert_event as event
    union all
    select
        'asset' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_asset
    union all
    select
        'complaint' as table_name,
        count(*) as count_row,
        cast(max(received_at) as timestamp) as latest_at,
    from stg_complaint
    union all
    select
        'complaint_event' as table_name,
        count(*) as count_row,
        cast(max(event.at) as timestamp) as latest_at,
    from stg_complaint_event as event
    union all
    select
        'disclosure' as table_name,
        count(*) as count_row,
        cast(max(published_on) as timestamp) as latest_at,
    from stg_disclosure
    union all
    select
        'disclosure_item' as table_name,
        count(*) as count_row,
        cast(max(updated_at) as timestamp) as latest_at,
    from stg_disclosure_item
    union all
    select
        'fund_publication' as table_name,
        count(*) as count_row,
        cast(max(published_on) as timestamp) as latest_at,
    from stg_fund_publication
    union all
    select
        'industry' as table_name,
        count(*) as count_row,
        cast(max(updated_at) as timestamp) as latest_at,
    from stg_industry
    union all
    select
        'labour' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_labour
    union all
    select
        'procurement' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_procurement
    union all
    select
        'rating_note' as table_name,
        count(*) as count_row,
        cast(max(decided_on) as timestamp) as latest_at,
    from stg_rating_note
    union all
    select
        'rectification' as table_name,
        count(*) as count_row,
        cast(max(coalesce(completed_on, started_on)) as timestamp) as latest_at,
    from stg_rectification
    union all
    select
        'region' as table_name,
        count(*) as count_row,
        cast(max(updated_at) as timestamp) as latest_at,
    from stg_region
    union all
    select
        'relief' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_relief
    union all
    select
        'seal' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_seal
    union all
    select
        'supervision_document' as table_name,
        count(*) as count_row,
        cast(max(issued_on) as timestamp) as latest_at,
    from stg_supervision_document
    union all
    select
        'unit' as table_name,
        count(*) as count_row,
        cast(max(updated_at) as timestamp) as latest_at,
    from stg_unit
    union all
    select
        'village_project' as table_name,
        count(*) as count_row,
        cast(max(coalesce(reported_on, occurred_on)) as timestamp) as latest_at,
    from stg_village_project
),

loaded as (
    select
        table_name,
        max(loaded_at) as loaded_at,
    from stg_load
    group by table_name
)

select
    counted.table_name,
    counted.count_row,
    loaded.loaded_at,
    counted.latest_at,
from counted
left join loaded
    on counted.table_name = loaded.table_name
order by counted.table_name
