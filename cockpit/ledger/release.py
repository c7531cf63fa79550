"""Alerts of an account that can no longer handle them: back to where they are assigned anew, so that none is lost."""

from datetime import UTC, datetime
from typing import Any, Unpack

from sqlalchemy import Connection, func, insert, select, update

from cockpit.ledger import audit
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import alert_state, decision

HELD = alert_state.c.stage == "assigned"


def held(ledger: Ledger, username: str) -> int:
    """Return how many alerts an account has been assigned and not yet verified."""
    with ledger.read() as connection:
        asked = select(func.count()).where(alert_state.c.handler == username, HELD)
        return connection.execute(asked).scalar_one()


def release(connection: Connection, username: str, reason: str, **by: Unpack[audit.By]) -> int:
    """Return to assignment what `held` counts, within the caller's transaction, and tell how many these are.

    Each return is a decision of whoever changed the account, with the reason as its note. The day an alert is
    due stays: time does not begin anew because a person left.
    """
    found = connection.execute(select(alert_state).where(alert_state.c.handler == username, HELD)).all()
    for state in found:
        moved: dict[str, Any] = {
            "version": state.version + 1,
            "upstream_stage": state.upstream_stage,
            "upstream_at": state.upstream_at,
            "due_at": state.due_at,
        }
        at = datetime.now(UTC)
        made = {
            **moved,
            "alert_id": state.alert_id,
            "at": at,
            "who": by["who"],
            "role": "admin",
            "action": "return",
            "from_stage": "assigned",
            "to_stage": "raised",
            "note": reason,
        }
        seq = connection.execute(insert(decision).values(made).returning(decision.c.seq)).scalar_one()
        after = {
            **moved,
            "seq": seq,
            "stage": "raised",
            "stage_at": at,
            "handler": None,
            "is_accepted": False,
            "extension_by": None,
            "extension_days": None,
        }
        connection.execute(update(alert_state).where(alert_state.c.alert_id == state.alert_id).values(after))
        detail = {
            "action": "return",
            "version": state.version + 1,
            "from": "assigned",
            "to": "raised",
            "handler": None,
        }
        audit.add(connection, action="act", target=f"alert/{state.alert_id}", detail=detail, **by)
    return len(found)
