"""By when each step of an alert is due, in working days by its level."""

from datetime import UTC, date, datetime, time
from typing import Literal

from cockpit.loop.state import LOCAL, AlertState
from cockpit.settings import Settings
from cockpit.working_day import add_working_days

Step = Literal["assign", "accept", "verify", "dispose", "apply", "assess"]
STEPS: dict[str, Step] = {
    "raised": "assign",
    "assigned": "verify",
    "verified": "dispose",
    "disposed": "apply",
    "applied": "assess",
}
DAY_END = time(23, 59, 59)


def next_step(state: AlertState) -> Step | None:
    """Return the step an alert waits for; None when it is assessed."""
    if state.stage == "assigned" and not state.is_accepted:
        return "accept" if state.handler else "assign"
    return STEPS.get(state.stage)


def due_at(settings: Settings, level: str, step: Step | None, since: datetime) -> datetime | None:
    """Return the end of the local day on which a step begun at a moment is due, in UTC; None for no step."""
    if step is None:
        return None
    days: int = getattr(getattr(settings.alert_limit_days, level), step)
    return later(since, days)


def later(moment: datetime, days: int) -> datetime:
    """Return the end, in UTC, of the local day that is so many working days after a moment's."""
    return _end(add_working_days(moment.astimezone(LOCAL).date(), days))


def _end(day: date) -> datetime:
    return datetime.combine(day, DAY_END, LOCAL).astimezone(UTC)
