-- One row per alert in scope, only to be counted: without who has it, whom it concerns, what it says.
-- `mark` tells one from another, and nothing else: salted, or ids could be guessed from it.
select
    md5(getvariable('scope_salt') || id) as mark,
    region_code,
    industry_code,
    raised_at,
    raised_month,
    alert_level,
    source,
    model,
    module,
    stage,
    stage_at,
    finding,
    has_clue or coalesce(disposition = 'clue', false) as has_clue,
    has_case or coalesce(disposition = 'case_filed', false) as has_case,
    has_sanction or coalesce(disposition = 'sanction', false) as has_sanction,
    persons,
    recovered,
    is_open,
    is_overdue,
    is_stuck,
from overlay.alert_now
where in_scope_count(region_code, industry_code, unit_id)
