"""What is kept for pages, and until when."""

from datetime import UTC, datetime

import pytest

from cockpit.scope import Scope
from cockpit.ui import cached

NOBODY = Scope("x", "room")


def test_what_is_kept_for_a_person_ends_with_the_day_of_beijing(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 10, 20, 15, 59, tzinfo=UTC)

    class Clock:
        @staticmethod
        def now(zone: object) -> datetime:
            return moment.astimezone(zone)  # type: ignore[arg-type]

    monkeypatch.setattr(cached, "datetime", Clock)
    monkeypatch.setattr(cached.queries, "revision", lambda scope: "one")
    asked: list[Scope] = []
    kept = cached.by_person(asked.append)
    kept(NOBODY)
    kept(NOBODY)
    assert len(asked) == 1
    moment = datetime(2026, 10, 20, 16, 1, tzinfo=UTC)
    kept(NOBODY)
    assert len(asked) == 2
