"""What the decisions on an alert come to: pure, from the decisions alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

Stage = Literal["raised", "assigned", "verified", "disposed", "applied", "assessed"]
Action = Literal[
    "assign",
    "accept",
    "verify",
    "dispose",
    "refer",
    "apply",
    "assess",
    "return",
    "urge",
    "request_extension",
    "approve_extension",
    "refuse_extension",
]
OPEN: frozenset[str] = frozenset({"raised", "assigned", "verified"})
FORWARD: frozenset[str] = frozenset({"accept", "verify", "dispose", "refer", "apply", "assess"})


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as its sources tell of it: where it belongs, and the state their events have come to.

    `stage`, `stage_at` are those of the latest upstream event, also after decisions were made here. A time without
    zone is local; an amount is in yuan. What a frame calls missing (NaN, NaT) is given as None.
    """

    id: str
    region_code: str
    industry_code: str | None
    unit_id: str | None
    alert_level: str
    stage: Stage
    stage_at: datetime
    finding: str | None = None
    disposition: str | None = None
    four_form: str | None = None
    persons: int | None = None
    recovered: float | None = None
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        """Bring times to UTC, and numbers of a frame to those the ledger and JSON know."""
        known = {
            "stage_at": _utc(self.stage_at),
            "due_at": self.due_at and _utc(self.due_at),
            "persons": None if self.persons is None else int(self.persons),
            "recovered": None if self.recovered is None else float(self.recovered),
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)


class Decision(NamedTuple):
    """One decision, as the ledger holds it: a row of the table `decision`, column by column; times are UTC."""

    seq: int
    alert_id: str
    version: int
    at: datetime
    who: str
    role: str
    action: Action
    from_stage: Stage
    to_stage: Stage
    upstream_stage: Stage
    upstream_at: datetime
    base: str | None = None
    handler: str | None = None
    finding: str | None = None
    amount: float | None = None
    disposition: str | None = None
    four_form: str | None = None
    persons: int | None = None
    recovered: float | None = None
    applied_as: str | None = None
    grade: str | None = None
    extension_days: int | None = None
    note: str | None = None
    due_at: datetime | None = None


class AlertState(NamedTuple):
    """Where an alert stands: a row of the table `alert_state`, column by column; times are UTC, money is yuan.

    Version 0 is the upstream state, before any decision. `verified_by` and `disposed_by` name all who have ever
    done so here, in that order and with a blank between, returned rounds included: `has_verified`, `has_disposed`.
    """

    alert_id: str
    version: int
    seq: int
    stage: Stage
    stage_at: datetime
    handler: str | None
    is_accepted: bool
    verified_by: str | None
    disposed_by: str | None
    finding: str | None
    amount: float | None
    disposition: str | None
    four_form: str | None
    persons: int | None
    recovered: float | None
    applied_as: str | None
    grade: str | None
    due_at: datetime | None
    is_urged: bool
    extension_by: str | None
    extension_days: int | None
    upstream_stage: Stage
    upstream_at: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether the alert still waits to be disposed of."""
        return self.stage in OPEN

    def has_verified(self, who: str) -> bool:
        """Tell whether a person has ever verified the alert here."""
        return who in (self.verified_by or "").split()

    def has_disposed(self, who: str) -> bool:
        """Tell whether a person has ever disposed of the alert here."""
        return who in (self.disposed_by or "").split()


def begun(alert: Alert) -> AlertState:
    """Return the state of an alert on which nothing was decided here: version 0, what its sources say."""
    return AlertState(
        alert_id=alert.id,
        version=0,
        seq=0,
        stage=alert.stage,
        stage_at=alert.stage_at,
        handler=None,
        is_accepted=False,
        verified_by=None,
        disposed_by=None,
        finding=alert.finding,
        amount=None,
        disposition=alert.disposition,
        four_form=alert.four_form,
        persons=alert.persons,
        recovered=alert.recovered,
        applied_as=None,
        grade=None,
        due_at=alert.due_at,
        is_urged=False,
        extension_by=None,
        extension_days=None,
        upstream_stage=alert.stage,
        upstream_at=alert.stage_at,
    )


BASE = ("stage", "stage_at", "finding", "disposition", "four_form", "persons", "recovered", "due_at")


def base(alert: Alert) -> str:
    """Return as JSON what the first decision begins from, so that the decisions alone give the state."""
    facts = {name: getattr(alert, name) for name in BASE}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=datetime.isoformat)


def replay(decisions: Sequence[Decision]) -> AlertState:
    """Return what the decisions on one alert have come to, all of them in order; ValueError when one is missing."""
    if not decisions or [one.version for one in decisions] != list(range(1, len(decisions) + 1)):
        raise ValueError("decisions of one alert, from the first on, none left out")
    first = decisions[0]
    facts: dict[str, Any] = json.loads(first.base or "{}")
    for name in ("stage_at", "due_at"):
        facts[name] = facts[name] and datetime.fromisoformat(facts[name])
    began = begun(Alert(first.alert_id, "", None, None, "", **facts))
    state = began
    for decision in decisions:
        state = _after(state, began, decision)
    return state


def has_conflict(state: AlertState, stage: Stage, at: datetime) -> bool:
    """Tell whether the sources' latest stage disagrees with what was decided here since: news, and another stage."""
    return stage not in {state.upstream_stage, state.stage} and at > state.upstream_at


RETURNED: dict[str, dict[str, Any]] = {
    "assigned": {"handler": None, "is_accepted": False},
    "verified": {"finding": None, "amount": None},
    "disposed": {"disposition": None, "four_form": None},
    "applied": {"applied_as": None},
}


def _after(state: AlertState, began: AlertState, decision: Decision) -> AlertState:
    is_moved = decision.to_stage != decision.from_stage
    is_forward = decision.action in FORWARD or (decision.action == "assign" and is_moved)
    # What an upstream disposition counted goes with it when it is returned: its share cannot be told apart.
    persons, recovered = (began.persons, began.recovered) if began.is_open else (None, None)
    changed: dict[str, Any] = {}
    match decision.action:
        case "assign":
            changed = {"handler": decision.handler, "is_accepted": False}
        case "accept":
            changed = {"is_accepted": True}
        case "verify":
            changed = {
                "finding": decision.finding,
                "amount": decision.amount,
                "verified_by": _joined(state.verified_by, decision.who),
            }
        case "dispose" | "refer":
            changed = {
                "disposition": decision.disposition,
                "four_form": decision.four_form,
                "persons": (persons or 0) + (decision.persons or 0),
                "recovered": (recovered or 0.0) + (decision.recovered or 0.0),
                "disposed_by": _joined(state.disposed_by, decision.who),
            }
        case "apply":
            changed = {"applied_as": decision.applied_as}
        case "assess":
            changed = {"grade": decision.grade}
        case "request_extension":
            changed = {"extension_by": decision.who, "extension_days": decision.extension_days}
        case "return":
            changed = RETURNED[decision.from_stage]
            if decision.from_stage == "disposed":
                changed = changed | {"persons": persons, "recovered": recovered}
    # A request lapses with the step it was made for.
    if is_moved or decision.action in {"assign", "approve_extension", "refuse_extension"}:
        changed = changed | {"extension_by": None, "extension_days": None}
    return state._replace(
        version=decision.version,
        seq=decision.seq,
        stage=decision.to_stage,
        # A new handler begins the stage anew, and so does taking it up: neither is lying still.
        stage_at=decision.at if is_moved or decision.action in {"assign", "accept"} else state.stage_at,
        due_at=decision.due_at,
        is_urged=decision.action == "urge" or (state.is_urged and not is_forward),
        upstream_stage=decision.upstream_stage,
        upstream_at=decision.upstream_at,
        **changed,
    )


def _joined(names: str | None, who: str) -> str:
    return " ".join(dict.fromkeys([*(names or "").split(), who]))


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)
