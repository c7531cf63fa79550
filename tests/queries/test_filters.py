"""Periods and what they are compared with."""

from datetime import date as d

import pytest

from cockpit.queries import default_period, last_year_period, previous_period
from cockpit.queries.filters import parse_day, trend_period
from cockpit.queries.target import edge_days, whole_months


def test_the_default_is_the_last_twelve_complete_months() -> None:
    assert default_period(d(2026, 10, 20)) == (d(2025, 10, 1), d(2026, 9, 30))
    assert default_period(d(2026, 1, 1)) == (d(2025, 1, 1), d(2025, 12, 31))


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        ((d(2026, 3, 1), d(2026, 4, 30)), (d(2026, 1, 1), d(2026, 2, 28)), (d(2025, 3, 1), d(2025, 4, 30))),
        ((d(2025, 2, 1), d(2025, 2, 28)), (d(2025, 1, 1), d(2025, 1, 31)), (d(2024, 2, 1), d(2024, 2, 29))),
        ((d(2024, 2, 1), d(2024, 2, 29)), (d(2024, 1, 1), d(2024, 1, 31)), (d(2023, 2, 1), d(2023, 2, 28))),
        (
            (d(2025, 1, 1), d(2025, 12, 31)),
            (d(2024, 1, 1), d(2024, 12, 31)),
            (d(2024, 1, 1), d(2024, 12, 31)),
        ),
        ((d(2026, 3, 5), d(2026, 3, 11)), (d(2026, 2, 26), d(2026, 3, 4)), (d(2025, 3, 5), d(2025, 3, 11))),
        (
            (d(2024, 2, 29), d(2024, 2, 29)),
            (d(2024, 2, 28), d(2024, 2, 28)),
            (d(2023, 2, 28), d(2023, 2, 28)),
        ),
    ],
)
def test_periods_before(period, before, year_before) -> None:
    assert previous_period(*period) == before
    assert last_year_period(*period) == year_before


def test_the_trend_ends_with_the_period() -> None:
    assert trend_period(d(2026, 10, 20)) == (d(2023, 11, 1), d(2026, 10, 20))


@pytest.mark.parametrize(
    ("period", "months", "edges"),
    [
        ((d(2026, 1, 1), d(2026, 3, 31)), (d(2026, 1, 1), d(2026, 4, 1)), []),
        (
            (d(2026, 1, 5), d(2026, 3, 10)),
            (d(2026, 2, 1), d(2026, 3, 1)),
            [(d(2026, 1, 5), d(2026, 2, 1)), (d(2026, 3, 1), d(2026, 3, 11))],
        ),
        ((d(2026, 1, 5), d(2026, 1, 20)), (d(2026, 2, 1), d(2026, 1, 1)), [(d(2026, 1, 5), d(2026, 1, 21))]),
        (
            (d(2026, 1, 5), d(2026, 2, 10)),
            (d(2026, 2, 1), d(2026, 2, 1)),
            [(d(2026, 1, 5), d(2026, 2, 1)), (d(2026, 2, 1), d(2026, 2, 11))],
        ),
        ((d(2026, 2, 2), d(2026, 2, 28)), (d(2026, 3, 1), d(2026, 3, 1)), [(d(2026, 2, 2), d(2026, 3, 1))]),
    ],
)
def test_a_period_is_whole_months_and_edge_days(period, months, edges) -> None:
    assert whole_months(*period) == months
    assert list(edge_days(*period)) == edges


def test_days_and_months_as_text() -> None:
    assert parse_day("2024-02", is_end=False) == d(2024, 2, 1)
    assert parse_day("2024-02", is_end=True) == d(2024, 2, 29)
    assert parse_day("2024-02-10", is_end=True) == d(2024, 2, 10)
    for text in ("2024", "2024-2", "20240210", "2024-02-30", "2024-W06-1"):
        with pytest.raises(ValueError, match=r".+"):
            parse_day(text, is_end=True)
