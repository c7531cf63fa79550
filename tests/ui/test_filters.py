from datetime import date, datetime

import pytest
import streamlit as st

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import cached, filters, trail

AS_OF = date(2026, 10, 20)
SCOPE = Scope("x", "room", ("990101000000",), ("*",), ("*",))
DEFAULT = Filters(None, None, date(2025, 10, 1), date(2026, 9, 30), None)


@pytest.fixture
def toasts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    said: list[object] = []
    monkeypatch.setattr(st, "toast", lambda body, **more: said.append(body))
    monkeypatch.setattr(cached, "industries", lambda scope: {"edu": "教育"})
    build = cached.Build("b", datetime(2026, 10, 20), datetime(2026, 10, 20), is_demo=True)
    monkeypatch.setattr(cached, "build", lambda scope: build)
    monkeypatch.setattr(trail, "record_once", lambda scope, *row: said.append(row))
    return said


def read(**raw: str) -> Filters:
    return filters._valid(SCOPE, {name.rstrip("_"): text for name, text in raw.items()}, AS_OF)


def test_nothing_said_is_the_last_twelve_whole_months(toasts: list[object]) -> None:
    assert read() == DEFAULT
    assert not toasts


def test_a_whole_address(toasts: list[object]) -> None:
    given = read(region="990101001000", industry="edu", from_="2026-01", to="2026-02", level="red")
    assert given == Filters("990101001000", "edu", date(2026, 1, 1), date(2026, 2, 28), "red")
    assert filters.address(given, id="7") == {
        "region": "990101001000",
        "industry": "edu",
        "from": "2026-01",
        "to": "2026-02",
        "level": "red",
        "id": "7",
    }
    assert not toasts


@pytest.mark.parametrize(
    "region", ["990102000000", "990100000000", "99", "x", "９９０１０１００１０００", "' or 1=1"]
)
def test_a_region_outside_or_malformed_is_left_out_and_said(toasts: list[object], region: str) -> None:
    assert read(region=region) == DEFAULT
    [recorded, words] = toasts
    assert recorded == ("denied", f"region/{region}")
    assert "不在您的范围内" in words


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-05", "2026-04"), ("2026-13", "2026-12"), ("x", "2026-01"), ("2026-01", ""), ("", "2026-01")],
)
def test_months_reversed_or_malformed_give_the_default(toasts: list[object], start: str, end: str) -> None:
    assert read(from_=start, to=end) == DEFAULT


def test_one_month(toasts: list[object]) -> None:
    assert read(from_="2024-02", to="2024-02").end == date(2024, 2, 29)


def test_unknown_industry_and_level_are_left_out(toasts: list[object]) -> None:
    assert read(industry="nothing", level="purple") == DEFAULT


def test_periods_offered_are_whole_months() -> None:
    for name, (start, end) in filters._presets(AS_OF).items():
        assert start.day == 1, name
        assert filters.month_end(end) == end, name
        assert start <= end < AS_OF


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01", "0001-01"), ("2026-01", "9999-12"), ("1899-12", "2026-01")]
)
def test_months_without_a_year_before_or_after_give_the_default(
    toasts: list[object], start: str, end: str
) -> None:
    assert read(from_=start, to=end) == DEFAULT
