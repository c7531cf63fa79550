"""People of one county and the alerts they see; what each action is given when nothing special is meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from cockpit.ledger import Ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.loop.decision import Given, act
from cockpit.loop.state import Action, Alert, AlertState
from cockpit.scope import ALL, ROLES, Role, Scope

COUNTY = "990102000000"
ELSEWHERE = "990203000000"
RAISED_AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
ALERT = Alert(
    id="A-1",
    region_code="990102001003",
    industry_code="relief",
    unit_id="U1",
    alert_level="red",
    stage="raised",
    stage_at=RAISED_AT,
    due_at=datetime(2026, 11, 3, 15, 59, 59, tzinfo=UTC),
)
STAGES = ("raised", "assigned", "verified", "disposed", "applied", "assessed")
GIVEN: dict[str, dict[str, Any]] = {
    "assign": {"handler": "station1"},
    "accept": {},
    "verify": {"finding": "substantiated", "note": "三名村干部重复领取报酬", "amount": 600},
    "dispose": {"disposition": "talk", "four_form": "1", "persons": 3, "recovered": 600},
    "refer": {"note": "移交问题线索"},
    "apply": {"applied_as": "problem_list", "note": "列入问题清单"},
    "assess": {"grade": "good"},
    "return": {"note": "材料不全"},
    "urge": {"note": "请尽快办理"},
    "request_extension": {"extension_days": 5, "note": "需外出取证"},
    "approve_extension": {},
    "refuse_extension": {"note": "理由不足"},
}
assert {*GIVEN} == {*Action.__args__}


def scope(who: str, role: Role, region: str = COUNTY) -> Scope:
    """The scope of a person over all industries and units of a region; none for who sees no cases."""
    return Scope(who, role, (region,), (ALL,), (ALL,))


def people(ledger: Ledger, count: int = 2, region: str = COUNTY) -> dict[str, Scope]:
    """Add so many enabled accounts of each role over a region; return their scopes by their names, as `room1`."""
    scopes = {
        f"{role}{number}": scope(f"{role}{number}", role, region)
        for role in ROLES
        for number in range(1, count + 1)
    }
    add(ledger, list(scopes.values()))
    return scopes


def add(ledger: Ledger, scopes: Sequence[Scope], *, is_disabled: bool = False) -> None:
    """Add accounts with these scopes, without the time a password takes."""
    now = datetime.now(UTC)
    with ledger.write() as connection:
        connection.execute(
            insert(account),
            [
                {
                    "username": one.who,
                    "name": f"姓名{one.who}",
                    "role": one.role,
                    "password_hash": "",
                    "is_disabled": is_disabled,
                    "created_at": now,
                    "password_changed_at": now,
                    "session_epoch": 0,
                }
                for one in scopes
            ],
        )
        connection.execute(
            insert(account_scope),
            [
                {"username": one.who, "kind": kind, "value": value}
                for one in scopes
                for kind, values in (
                    ("region", one.regions),
                    ("industry", one.industries),
                    ("unit", one.units),
                )
                for value in values
            ],
        )


def do(
    ledger: Ledger, who: Scope, action: Action, version: int, alert: Alert = ALERT, **given: Any
) -> AlertState:
    """Act with what is usually given, or with something else."""
    return act(ledger, who, alert, action, Given(**{**GIVEN[action], **given}), version=version)


def run(
    ledger: Ledger, scopes: dict[str, Scope], *steps: tuple[str, Action], alert: Alert = ALERT
) -> AlertState:
    """Let people act one after the other, from the beginning; return where it ends."""
    assert steps
    state = None
    for version, (who, action) in enumerate(steps):
        state = do(ledger, scopes[who], action, version, alert)
    assert state
    return state


def at_stage(stage: Any, alert: Alert = ALERT) -> Alert:
    """The same alert, brought to a stage by other systems."""
    finding = "substantiated" if STAGES.index(stage) >= 2 else None
    return replace(alert, stage=stage, finding=finding)
