"""States of alerts as decisions would leave them, written straight into a ledger, and what the views must show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import func, select

from cockpit.ledger import open_ledger
from cockpit.ledger.tables import alert_state
from cockpit.loop.state import LOCAL
from cockpit.settings import Settings
from cockpit.views.overlay import _stuck_before
from tests.views import tiny

NOW = datetime.now(LOCAL).replace(tzinfo=None, microsecond=0)
STUCK_BEFORE = _stuck_before(NOW.date(), Settings().alert_stuck_days)
OPEN = ("raised", "assigned", "verified")


@dataclass
class Decided:
    """A state, its times local; `alert` is the number of the alert in its world."""

    alert: int
    stage: str = "assigned"
    stage_at: datetime = NOW - timedelta(days=1)
    handler: str | None = None
    is_accepted: bool = False
    verified_by: str | None = None
    disposed_by: str | None = None
    finding: str | None = None
    disposition: str | None = None
    persons: int | None = None
    recovered: float | None = None
    due_at: datetime | None = None
    is_urged: bool = False
    extension_by: str | None = None
    upstream_stage: str = "raised"
    upstream_at: datetime = NOW

    def row(self, row: dict[str, object], version: int) -> dict[str, object]:
        """Return the row of view alert that a row of the snapshot becomes."""
        is_open = self.stage in OPEN
        return row | {
            "stage": self.stage,
            "stage_at": self.stage_at,
            "finding": self.finding,
            "disposition": self.disposition,
            "has_clue": row["has_clue"] or self.disposition == "clue",
            "has_case": row["has_case"] or self.disposition == "case_filed",
            "has_sanction": row["has_sanction"] or self.disposition == "sanction",
            "persons": self.persons,
            "recovered": self.recovered,
            "due_at": self.due_at,
            "is_open": is_open,
            "is_overdue": is_open and self.due_at is not None and self.due_at < NOW,
            "is_stuck": is_open and self.stage_at < STUCK_BEFORE,
            "handler": self.handler,
            "version": version,
            "has_conflict": row["stage"] not in (self.upstream_stage, self.stage)
            and row["stage_at"] > self.upstream_at,
        }


names = st.sampled_from(["amy", "bob", "cai"])
decided = st.builds(
    Decided,
    alert=st.integers(0, 11),
    stage=st.sampled_from(["raised", "assigned", "verified", "disposed", "applied", "assessed"]),
    stage_at=st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
    handler=st.none() | names,
    is_accepted=st.booleans(),
    verified_by=st.sampled_from([None, "amy", "amy bob"]),
    disposed_by=st.sampled_from([None, "cai", "bob cai"]),
    finding=st.sampled_from([None, "substantiated", "partly", "unsubstantiated"]),
    disposition=st.sampled_from([None, "clue", "case_filed", "sanction", "talk"]),
    persons=st.none() | st.integers(0, 3),
    recovered=st.none() | st.sampled_from([0.1, 12.3, 600.0]),
    due_at=st.none() | st.integers(-30, 30).map(lambda days: NOW + timedelta(days=days, hours=1)),
    is_urged=st.booleans(),
    extension_by=st.none() | names,
    upstream_stage=st.sampled_from(["raised", "verified"]),
    upstream_at=st.integers(0, 1500).map(lambda days: NOW - timedelta(days=days)),
)


def decide(settings: Settings, states: list[Decided]) -> dict[str, tuple[Decided, int]]:
    """Write states one after another; return the last of each alert with its version."""
    last: dict[str, tuple[Decided, int]] = {}
    with open_ledger(settings).write() as connection:
        seq = connection.execute(select(func.max(alert_state.c.seq))).scalar() or 0
        for number, state in enumerate(states, seq + 1):
            name = f"a{state.alert}"
            known = connection.execute(select(alert_state.c.version).where(alert_state.c.alert_id == name))
            version = (known.scalar() or 0) + 1
            connection.execute(alert_state.delete().where(alert_state.c.alert_id == name))
            values = vars(state) | {
                key: value and value.replace(tzinfo=LOCAL).astimezone(UTC)
                for key, value in vars(state).items()
                if key in ("stage_at", "due_at", "upstream_at")
            }
            values = {key: value for key, value in values.items() if key != "alert"}
            connection.execute(
                alert_state.insert().values(alert_id=name, version=version, seq=number, **values)
            )
            last[name] = (state, version)
    return last


def expected(world: tiny.World, last: dict[str, tuple[Decided, int]]) -> list[dict[str, object]]:
    """Return the rows of view alert: those of the snapshot, and where something was decided, that."""
    nothing = {"handler": None, "version": 0, "has_conflict": False}
    return [
        last[row["id"]][0].row(row, last[row["id"]][1]) if row["id"] in last else row | nothing
        for row in world.rows()["alert"]
    ]
