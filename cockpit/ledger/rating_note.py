"""Vetoes, caps and appeals beside the rating of a place or unit: who may, and what has come of them.

What is decided here limits the months that are rated after it, as a row of the source `rating_note` does; a published month stays.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Unpack, get_args
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, insert, select

from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.audit import By
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account
from cockpit.ledger.tables import rating_note as table
from cockpit.scope import ALL, ROLE_LABELS, Role, Scope

Action = Literal["veto", "cap", "appeal", "lift", "uphold", "refuse"]
ACTIONS: tuple[Action, ...] = get_args(Action)
ACTION_LABELS: dict[Action, str] = {
    "veto": "一票否决",
    "cap": "限制等级",
    "appeal": "申诉",
    "lift": "撤销",
    "uphold": "申诉成立",
    "refuse": "申诉不成立",
}
# A decision against a place is for leaders; who speaks for it is whoever works there.
WHO: dict[Action, frozenset[Role]] = {
    "veto": frozenset({"leader"}),
    "cap": frozenset({"leader"}),
    "lift": frozenset({"leader"}),
    "appeal": frozenset({"room", "team", "station"}),
    "uphold": frozenset({"leader"}),
    "refuse": frozenset({"leader"}),
}
FOLLOWS: dict[Action, tuple[Action, ...]] = {
    "lift": ("veto", "cap"),
    "uphold": ("appeal",),
    "refuse": ("appeal",),
}
RECORD_LENGTH_MIN, RECORD_LENGTH_MAX = 5, 1000
ID_PREFIX = "cockpit-ledger-"
"""Of what was decided here, among the notes of a snapshot."""
LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Target:
    """A rated place (its region) or unit (with the region it belongs to)."""

    region_code: str
    unit_id: str | None = None


@dataclass(frozen=True)
class Note:
    """A veto, cap or appeal, and what ended it: a lift, or the answer to the appeal; None while it stands."""

    id: int
    action: Action
    target: Target
    record: str
    expires_on: date | None
    at: datetime
    who: str
    decided_by: str
    end: Action | None
    end_record: str | None
    ended_at: datetime | None
    ended_by: str | None


def holds(scope: Scope, target: Target) -> bool:
    """Tell whether a place or unit lies within a scope as the views' `in_scope` does: a place only for all industries and units."""
    return (
        scope.sees_cases
        and scope.holds_region(target.region_code)
        and scope.industries == (ALL,)
        and (scope.units == (ALL,) or (target.unit_id is not None and target.unit_id in scope.units))
    )


def notes(ledger: Ledger, scope: Scope, target: Target) -> list[Note]:
    """Return what stands beside a place or unit, the latest first; nothing outside the scope."""
    if not holds(scope, target):
        return []
    with ledger.read() as connection:
        return _notes(connection, _of(target))


def decided(ledger: Ledger) -> pd.DataFrame:
    """Return every note in the columns of the source `rating_note`, for the build; what was ended counts up to the day before.

    Columns: id, region_code, unit_id, kind, record, decided_by, decided_on, expires_on (local days, None without one).
    """
    with ledger.read() as connection:
        found = _notes(connection, table.c.id.is_not(None))
    rows = [
        (
            f"{ID_PREFIX}{note.id}",
            # A unit's region follows from the unit, as with notes from sources.
            None if note.target.unit_id else note.target.region_code,
            note.target.unit_id,
            note.action,
            note.record,
            note.decided_by,
            note.at.astimezone(LOCAL).date(),
            _last_day(note),
        )
        for note in found
    ]
    columns = ["id", "region_code", "unit_id", "kind", "record", "decided_by", "decided_on", "expires_on"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _last_day(note: Note) -> date | None:
    """Return the last day on which a note counts."""
    # The month of the day it was ended on is rated at its last day, which may be that day.
    ended = note.ended_at.astimezone(LOCAL).date() - timedelta(days=1) if note.ended_at else None
    days = [note.expires_on, ended]
    return min((day for day in days if day is not None), default=None)


def closed(scope: Scope, target: Target, action: Action, standing: Collection[Note] = ()) -> str | None:
    """Return the Chinese reason why an action is closed to a person, None when it is open."""
    if not holds(scope, target):
        return "不在您的权限范围内。"
    if scope.role not in WHO[action]:
        return "由" + "、".join(ROLE_LABELS[role] for role in ROLE_LABELS if role in WHO[action]) + "办理。"
    if action == "appeal" and any(note.action == "appeal" and note.end is None for note in standing):
        return "已有一件申诉等待答复。"
    return None


def add(
    ledger: Ledger,
    scope: Scope,
    target: Target,
    action: Action,
    record: str,
    *,
    expires_on: date | None = None,
    follows: int | None = None,
    **by: Unpack[By],
) -> Note:
    """Write down a decision, an appeal or what ends one, and return the note that it makes or ends.

    CockpitError when it is closed to this person, lacks its text or its expiry (a veto or cap has one, after today), when what it ends
    is not there or has ended, or when the one who answers an appeal is the one who made it. What is refused to the person is audited.
    """
    record = record.strip()
    now = datetime.now(UTC)
    refused = None
    with ledger.write() as connection:
        standing = _notes(connection, _of(target))
        refused = closed(scope, target, action, standing)
        if refused is None:
            followed = _followed(action, follows, standing, scope)
            _check(action, record, expires_on, now)
            name = connection.execute(
                select(account.c.name).where(account.c.username == scope.who)
            ).scalar_one_or_none()
            made = connection.execute(
                insert(table)
                .values(
                    follows=follows,
                    action=action,
                    region_code=target.region_code,
                    unit_id=target.unit_id,
                    record=record,
                    expires_on=expires_on,
                    at=now,
                    who=scope.who,
                    name=name or scope.who,
                    role=scope.role,
                )
                .returning(table.c.id)
            ).scalar_one()
            audit.add(
                connection,
                action="rating_note",
                target=target.unit_id or target.region_code,
                detail={"action": action, "note": made, "follows": follows},
                **by,
            )
            wanted = followed.id if followed else made
            return next(note for note in _notes(connection, _of(target)) if note.id == wanted)
    audit.record(
        ledger,
        by["who"],
        "denied",
        f"rating_note/{target.unit_id or target.region_code}",
        detail={"action": action},
    )
    raise CockpitError(f"不能办理“{ACTION_LABELS[action]}”：{refused}")


def _followed(action: Action, follows: int | None, standing: Collection[Note], scope: Scope) -> Note | None:
    """Return the note that an action ends, None where it ends none; CockpitError when it cannot."""
    if action not in FOLLOWS:
        if follows is not None:
            raise CockpitError("这项办理不针对已有的备注。")
        return None
    found = next((note for note in standing if note.id == follows), None)
    if found is None or found.action not in FOLLOWS[action]:
        raise CockpitError("没有可以办理的备注。")
    if found.end is not None:
        raise CockpitError(f"已由{found.ended_by}办理：{ACTION_LABELS[found.end]}。")
    if found.action == "appeal" and found.who == scope.who:
        raise CockpitError("不能答复本人提出的申诉。")
    return found


def _check(action: Action, record: str, expires_on: date | None, now: datetime) -> None:
    if not RECORD_LENGTH_MIN <= len(record) <= RECORD_LENGTH_MAX:
        raise CockpitError(f"请填写依据或理由（{RECORD_LENGTH_MIN} 至 {RECORD_LENGTH_MAX} 字）。")
    limits = action in ("veto", "cap")
    if limits and (expires_on is None or expires_on <= now.astimezone(LOCAL).date()):
        raise CockpitError("请填写有效期，须晚于今天。")
    if not limits and expires_on is not None:
        raise CockpitError("只有一票否决和限制等级有有效期。")


def _of(target: Target) -> ColumnElement[bool]:
    if target.unit_id is not None:
        return table.c.unit_id == target.unit_id
    return (table.c.region_code == target.region_code) & table.c.unit_id.is_(None)


def _notes(connection: Connection, condition: ColumnElement[bool]) -> list[Note]:
    rows = connection.execute(select(table).where(condition).order_by(table.c.id.desc())).all()
    ends = {row.follows: row for row in rows if row.follows is not None}
    return [
        Note(
            row.id,
            row.action,
            Target(row.region_code, row.unit_id),
            row.record,
            row.expires_on,
            row.at,
            row.who,
            _named(row),
            end.action if end else None,
            end.record if end else None,
            end.at if end else None,
            _named(end) if end else None,
        )
        for row in rows
        if row.follows is None
        for end in (ends.get(row.id),)
    ]


def _named(row: Row[Any]) -> str:
    return f"{ROLE_LABELS[row.role]} {row.name}"
