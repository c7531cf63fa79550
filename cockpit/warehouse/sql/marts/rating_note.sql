-- One row per veto, cap or appeal on the rating of a place or a unit, told by sources or decided here.
with
note as (
    select
        id,
        region_code,
        unit_id,
        kind,
        record,
        decided_by,
        decided_on,
        expires_on,
    from stg_rating_note
    union all
    select
        id,
        region_code,
        unit_id,
        kind,
        record,
        decided_by,
        decided_on,
        expires_on,
    from decided_note
)

select
    note.id,
    case when note.unit_id is null then 'region' else 'unit' end as kind,
    coalesce(note.unit_id, note.region_code) as code,
    coalesce(note.region_code, unit.region_code) as region_code,
    note.unit_id,
    note.kind as note_kind,
    note.record,
    note.decided_by,
    note.decided_on,
    note.expires_on,
from note
left join stg_unit as unit on note.unit_id = unit.id
order by note.region_code, note.id
