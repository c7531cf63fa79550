"""When things happen: days of the week, Spring Festival, seasons and trends of the industries."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.error import CockpitError

MONTHS = 36
SPRING_FESTIVAL = {
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
}
FESTIVAL_DIP = 0.3
"""Factor from three days before Spring Festival to the eighth day of it."""
FESTIVAL_SURGE = 1.45
"""Factor for the 18 days after."""
WEEKDAYS = (1.25, 1.15, 1.1, 1.1, 1.1, 0.7, 0.6)

SEASONS: dict[str, tuple[float, ...]] = {
    "01": (0.8, 0.8, 1.1, 1.2, 1.2, 1.1, 0.9, 0.9, 1.0, 1.2, 1.0, 0.8),
    "02": (0.8, 1.2, 1.3, 0.9, 0.9, 1.1, 0.7, 1.3, 1.6, 0.9, 0.7, 0.6),
    "03": (1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.8, 0.8, 0.9, 1.0, 1.1, 1.2),
    "04": (1.2, 1.3, 1.2, 0.9, 0.9, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9, 1.0),
    "05": (1.2, 1.0, 0.9, 0.9, 0.9, 0.9, 1.0, 0.9, 1.0, 1.1, 1.1, 1.2),
    "06": (1.1, 0.9, 1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 1.0, 1.1, 1.1, 1.1),
    "07": (0.8, 0.7, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.0, 0.8),
    "08": (1.4, 1.2, 0.9, 0.8, 0.8, 0.8, 0.8, 0.9, 0.9, 1.0, 1.2, 1.4),
    "09": (0.9, 0.8, 1.0, 1.1, 1.1, 1.2, 1.2, 1.1, 1.0, 0.9, 0.9, 0.8),
    "10": (0.7, 0.7, 0.8, 0.9, 1.1, 1.3, 1.5, 1.5, 1.2, 0.9, 0.7, 0.7),
    "11": (1.1, 0.9, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 1.0, 1.0),
}
"""Factor by industry and month of the year."""
YEARLY_TRENDS = {"01": 0.9, "05": 1.15, "07": 0.82, "09": 1.1, "10": 1.3}
"""Factor a year of the industries that rise or fall."""
SHARES = {
    "01": 0.13,
    "02": 0.09,
    "03": 0.08,
    "04": 0.06,
    "05": 0.1,
    "06": 0.12,
    "07": 0.12,
    "08": 0.09,
    "09": 0.07,
    "10": 0.09,
    "11": 0.05,
}
"""Share of all complaints by industry before season, trend and place."""


def first_day(end: date) -> date:
    """Return the day on which 36 months up to and including `end` begin."""
    after = end + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - MONTHS, 12)
    # The 29th of February has no counterpart in most years.
    return date(year, month + 1, min(after.day, 28))


def calendar(end: date) -> pd.DataFrame:
    """Return one row a day: `day`, `m` (calendar months since the first, from 0), `weight` (mean about 1).

    Raises CockpitError when the table of Spring Festivals does not reach that far.
    """
    start = first_day(end)
    if start.year not in SPRING_FESTIVAL or end.year not in SPRING_FESTIVAL:
        years = f"{min(SPRING_FESTIVAL)} 年至 {max(SPRING_FESTIVAL)} 年"
        raise CockpitError(f"演示数据只能覆盖{years}，无法生成截至 {end} 的三十六个月。")
    days = pd.date_range(start, end, name="day")
    weight = np.array(WEEKDAYS)[days.day_of_week]
    for festival in SPRING_FESTIVAL.values():
        since = np.asarray((days - pd.Timestamp(festival)).days)
        weight = np.where((since >= -3) & (since <= 7), weight * FESTIVAL_DIP, weight)
        weight = np.where((since > 7) & (since <= 25), weight * FESTIVAL_SURGE, weight)
    months = (days.year - start.year) * 12 + days.month - start.month
    return pd.DataFrame({"day": days.date, "m": np.asarray(months), "weight": weight})


def months(days: pd.DataFrame) -> list[date]:
    """Return the first day of each calendar month of a calendar."""
    return [day.replace(day=1) for day in days.groupby("m")["day"].first()]


def day_slots(days: pd.DataFrame) -> pd.DataFrame:
    """Return 1,000 rows a month (`m`, `slot`, `day`): a slot drawn evenly gives days by their weight."""
    slots = []
    for m, month in days.groupby("m"):
        edges = np.cumsum(month["weight"].to_numpy())
        day = np.searchsorted(edges, (np.arange(1000) + 0.5) / 1000 * edges[-1])
        slots.append(pd.DataFrame({"m": m, "slot": np.arange(1000), "day": month["day"].to_numpy()[day]}))
    return pd.concat(slots, ignore_index=True)


def month_weights(days: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the relative rate of complaints, industries x months, with season and trend."""
    by_month = days.groupby("m").agg(weight=("weight", "sum"), first=("day", "first"))
    of_year = np.array([day.month - 1 for day in by_month["first"]])
    years = by_month.index.to_numpy() / 12
    return np.array(
        [
            SHARES[code]
            * by_month["weight"].to_numpy()
            * np.array(season)[of_year]
            * YEARLY_TRENDS.get(code, 1.0) ** years
            for code, season in SEASONS.items()
        ]
    )
