"""Working days in China: weekends and public holidays off, weekends worked in exchange on.

The days come from the library `holidays`, which holds what the State Council has announced up to its release.
A year not yet announced has the statutory days alone (全国年节及纪念日放假办法), without any exchange of weekends,
so what is counted into it may move by a day or two once the announcement is there.
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

DAY = timedelta(days=1)


@lru_cache(maxsize=128)
def _calendar(year: int) -> HolidayBase:
    # A calendar a year, whole when first seen: one that grows as it is asked would be read half-made.
    return country_holidays("CN", years=year, expand=False)


def is_working_day(day: date) -> bool:
    """Tell whether people work on a day."""
    return _calendar(day.year).is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """Return the count-th working day after a day, the day itself for none; ValueError for fewer."""
    if count < 0:
        raise ValueError("working days are counted forward")
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days(start: date, end: date) -> int:
    """Return the number of working days after `start` up to `end`, itself included; 0 when it is not later."""
    return sum(is_working_day(start + DAY * number) for number in range(1, (end - start).days + 1))
