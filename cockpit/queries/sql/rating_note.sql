-- One row per veto, cap or appeal of a place or unit, the latest first.
select
    id,
    note_kind as kind,
    record,
    decided_by,
    decided_on,
    expires_on,
from rating_note
where code = $code and not starts_with(id, $decided_here)
order by decided_on desc nulls last, id asc
