"""Due dates, counted by hand with a calendar."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cockpit.loop.limit import due_at, later, next_step
from cockpit.loop.state import LOCAL, begun
from cockpit.settings import AlertLimitDays, Settings, StepDays
from tests.loop.people import at_stage


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("level", "step", "since", "expected"),
    [
        # Spring Festival 2026: off 15–23 February, Saturdays 14 and 28 worked.
        ("red", "assign", "2026-02-13 09:00", "2026-02-14"),
        ("red", "assign", "2026-02-14 09:00", "2026-02-24"),
        ("red", "accept", "2026-02-17 23:59", "2026-02-24"),
        ("red", "verify", "2026-02-12 16:00", "2026-02-26"),  # 13, 14, 24, 25, 26
        ("red", "dispose", "2026-02-13 00:00", "2026-02-27"),  # 14, 24, 25, 26, 27
        ("yellow", "accept", "2026-02-14 10:00", "2026-02-25"),
        ("yellow", "verify", "2026-02-12 16:00", "2026-03-04"),  # …, 27, 28, 2, 3, 4
        ("blue", "assign", "2026-02-13 10:00", "2026-02-25"),
        # National Day 2025: off 1–8 October, Sunday 28 September and Saturday 11 October worked.
        ("red", "verify", "2025-09-26 10:00", "2025-10-10"),  # 28, 29, 30, 9, 10
        ("red", "apply", "2025-09-27 10:00", "2025-10-16"),
        ("yellow", "apply", "2025-09-27 10:00", "2025-10-30"),
        ("blue", "verify", "2025-09-27 10:00", "2025-10-23"),
        ("red", "assess", "2025-10-02 10:00", "2025-10-21"),
    ],
)
def test_days_by_level_and_step(level: str, step: Any, since: str, expected: str) -> None:
    assert due_at(Settings(), level, step, local(since)) == local(f"{expected} 23:59:59")


def test_the_day_is_the_local_one() -> None:
    # 17:00 UTC on Thursday is Friday here, and the end of a local day is 15:59:59 UTC.
    assert later(datetime(2026, 11, 19, 17, tzinfo=UTC), 1) == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    assert later(datetime(2026, 11, 19, 15, tzinfo=UTC), 1) == datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)


def test_limits_are_settings() -> None:
    days = StepDays(assign=7, accept=1, verify=1, dispose=1, apply=1, assess=1)
    settings = Settings(alert_limit_days=AlertLimitDays(red=days))
    since = local("2026-11-02 10:00")
    assert due_at(settings, "red", "assign", since) == local("2026-11-11 23:59:59")
    assert due_at(settings, "yellow", "assign", since) == local("2026-11-04 23:59:59")
    assert due_at(settings, "red", None, since) is None


@pytest.mark.parametrize(
    ("stage", "changes", "expected"),
    [
        ("raised", {}, "assign"),
        ("assigned", {}, "assign"),
        ("assigned", {"handler": "a"}, "accept"),
        ("assigned", {"handler": "a", "is_accepted": True}, "verify"),
        ("verified", {}, "dispose"),
        ("disposed", {}, "apply"),
        ("applied", {}, "assess"),
        ("assessed", {}, None),
    ],
)
def test_the_step_waited_for(stage: str, changes: dict[str, Any], expected: str | None) -> None:
    assert next_step(begun(at_stage(stage))._replace(**changes)) == expected


def test_limits_below_a_day_or_unknown_are_refused() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        StepDays(assign=0, accept=1, verify=1, dispose=1, apply=1, assess=1)
    with pytest.raises(ValueError, match="green"):
        Settings(alert_limit_days={"green": {}})
