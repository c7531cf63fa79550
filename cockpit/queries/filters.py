"""What a person chose to look at, and the periods it is compared with."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Period = tuple[date, date]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Filters:
    """A region, an industry, inclusive days and an alert level; None leaves a side open."""

    region: str | None = None
    industry: str | None = None
    start: date | None = None
    end: date | None = None
    level: str | None = None


def default_period(as_of: date) -> Period:
    """Return the last 12 complete months before the month of a day."""
    first = as_of.replace(day=1)
    return add_months(first, -12), first - DAY


def previous_period(start: date, end: date) -> Period:
    """Return the period before: as many months for whole months, else as many days."""
    if is_whole_months(start, end):
        months = months_between(start, end)
        return add_months(start, -months), start - DAY
    return start - (end - start) - DAY, start - DAY


def last_year_period(start: date, end: date) -> Period:
    """Return the same period a year before; whole months stay whole, 29 February becomes the 28th."""
    if is_whole_months(start, end):
        return add_months(start, -12), add_months(end + DAY, -12) - DAY
    return add_months(start, -12), add_months(end, -12)


def trend_period(end: date, months: int = 36) -> Period:
    """Return a run of months that ends with a day, its last month cut off there."""
    return add_months(end.replace(day=1), 1 - months), end


def is_whole_months(start: date, end: date) -> bool:
    """Tell whether a period is made of whole months."""
    return start.day == 1 and (end + DAY).day == 1 and start <= end


def months_between(start: date, end: date) -> int:
    """Return the number of months a period touches."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


def add_months(day: date, months: int) -> date:
    """Return a day some months later, drawn back to the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse_day(text: str, *, is_end: bool) -> date:
    """Return the day of YYYY-MM-DD, or the first or last one of YYYY-MM; ValueError otherwise."""
    if len(text) == len("YYYY-MM"):
        first = datetime.strptime(text, "%Y-%m").date()
        return add_months(first, 1) - DAY if is_end else first
    if len(text) == len("YYYY-MM-DD"):
        return datetime.strptime(text, "%Y-%m-%d").date()
    raise ValueError(text)
