"""Numbers, times and codes as people read them."""

import re
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pandas as pd

from cockpit.contract.codes import CODES

NOTHING = "—"
# Fewer persons than these are shown and exported as "<5": their numbers could tell who they are.
PERSONS_MIN = 5
# Colours of badges; the shape and the word stand beside them.
LEVEL_BADGES: dict[str, Literal["red", "orange", "blue"]] = {"red": "red", "yellow": "orange", "blue": "blue"}
LOCAL = ZoneInfo("Asia/Shanghai")
MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with separators, in 万 from 100,000 up; a missing one as a dash."""
    if value is None or pd.isna(value):
        return NOTHING
    if abs(value) >= 100_000:
        return f"{value / 10_000:,.1f} 万"
    return f"{value:,.{decimals}f}"


def exact(value: float | None) -> str:
    """Write a number with all its digits to the hundredth; a missing one as a dash."""
    if value is None or pd.isna(value):
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def persons(count: int) -> str:
    """Write a number of persons; fewer than five are not told."""
    return f"<{PERSONS_MIN}" if count < PERSONS_MIN else f"{count:,}"


def moment(value: datetime | None) -> str:
    """Write a time to the minute; a missing one as a dash."""
    return NOTHING if value is None or pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"


def moment_utc(value: datetime | None) -> str:
    """Write a time kept in UTC as people here read it; a missing one as a dash."""
    if value is None or pd.isna(value):
        return NOTHING
    return moment(pd.Timestamp(value).tz_localize("UTC").tz_convert(LOCAL))


def day(value: date | None) -> str:
    """Write a day; a missing one as a dash."""
    return NOTHING if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"


def code(name: str, value: str | None) -> str:
    """Write the Chinese label of a code of a list; a missing one as a dash, an unknown one as it is."""
    return NOTHING if value is None or pd.isna(value) else CODES[name].get(value, value)


def plain(text: str) -> str:
    """Write text from outside so that Markdown leaves it as it stands: no link, no image, no markup."""
    return MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))


def alert_level(value: str | None) -> str:
    """Write an alert level with its shape, so that colour never stands alone."""
    return NOTHING if value is None or pd.isna(value) else f"▲ {code('alert_level', value)}"
