from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.working_day import add_working_days, is_working_day, working_days

# As the General Office of the State Council announced them for 2025 (国办发明电〔2024〕12号) and 2026.
OFF = ["2025-01-28", "2025-02-04", "2025-10-01", "2025-10-06", "2025-10-08", "2026-02-16", "2026-02-23"]
WORKED = ["2025-01-26", "2025-02-08", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28"]
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize("day", OFF)
def test_public_holidays_are_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", WORKED)
def test_weekends_in_exchange_are_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert is_working_day(date.fromisoformat(day))


def test_other_weekends_are_off() -> None:
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 11, 22))
    assert is_working_day(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        # Spring Festival 2026: off 15–23 February, worked on the Saturdays 14 and 28.
        ("2026-02-12", 1, "2026-02-13"),
        ("2026-02-12", 2, "2026-02-14"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-18", 1, "2026-02-24"),
        ("2026-02-26", 2, "2026-02-28"),
        ("2026-02-26", 3, "2026-03-02"),
        # National Day 2025: off 1–8 October, worked on Sunday 28 September and Saturday 11 October.
        ("2025-09-27", 1, "2025-09-28"),
        ("2025-09-27", 4, "2025-10-09"),
        ("2025-09-27", 10, "2025-10-16"),
        ("2025-09-30", 3, "2025-10-11"),
        # Across a year's end: 1 and 2 January 2026 off, Sunday the 4th worked.
        ("2025-12-31", 1, "2026-01-04"),
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-11-21", 0, "2026-11-21"),
    ],
)
def test_days_counted_by_hand(day: str, count: int, expected: str) -> None:
    assert add_working_days(date.fromisoformat(day), count) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-02-12", "2026-02-26", 5),
        ("2026-02-14", "2026-02-23", 0),
        ("2026-02-13", "2026-02-14", 1),
        ("2026-02-26", "2026-02-12", 0),
        ("2026-02-26", "2026-02-26", 0),
    ],
)
def test_working_days_between(start: str, end: str, count: int) -> None:
    assert working_days(date.fromisoformat(start), date.fromisoformat(end)) == count


@given(DAYS, st.integers(1, 60))
def test_counting_and_adding_undo_each_other(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert is_working_day(end)
    assert working_days(day, end) == count
    assert working_days(day, end - timedelta(days=1)) == count - 1


def test_nothing_is_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 11, 21), -1)


def test_a_year_not_yet_announced_has_the_statutory_days() -> None:
    assert not is_working_day(date(2040, 10, 1))
    assert not is_working_day(date(2040, 5, 1))
    assert is_working_day(date(2040, 10, 10))  # a Wednesday
