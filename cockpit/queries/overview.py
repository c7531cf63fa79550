"""All frames of the overview, from one grouped statement over complaints and one over alerts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cockpit.queries.filters import (
    Filters,
    Period,
    default_period,
    last_year_period,
    previous_period,
    trend_period,
)
from cockpit.queries.named import QUERIES, Query, fetch, focus_of
from cockpit.queries.target import TOTAL, Focus, targets
from cockpit.scope import Scope
from cockpit.settings import Settings

REMAINDER_NAME = "本级（未细分）"
COMPLAINT_COUNTS = (
    "complaint_count",
    "closed_count",
    "due_count",
    "on_time_count",
    "overdue_count",
    "rated_count",
    "satisfied_count",
    "handling_days_sum",
)
ALERT_COUNTS = (
    "alert_count",
    "open_count",
    "overdue_count",
    "verified_count",
    "substantiated_count",
    "persons_sum",
    "recovered_sum",
    "red_open_count",
)
_COMPLAINT = Query("overview_complaint", "总览：投诉")
_ALERT = Query("overview_alert", "总览：预警")


@dataclass(frozen=True)
class Overview:
    """What the overview shows, all under one scope, one set of filters and one build.

    `*_now`, `*_previous`, `*_last_year` have one row of counts (COMPLAINT_COUNTS or ALERT_COUNTS), zeros
    where there is nothing. `*_by_month` has a row per month with any, up to 36 ending with the period.
    `*_by_region` has a row per part of the focus, silent ones with zeros, and one named REMAINDER_NAME for
    what is recorded at the focus itself: it sums to `*_now`. `complaint_by_industry` has the counts of
    the period, and those of the one before with the ending `_previous`. `path` leads from the province to
    the focus; `parts` are its parts with population and centre; `build` is the build in service.
    """

    filters: Filters
    focus: Focus
    periods: dict[str, Period]
    build: pd.DataFrame
    path: pd.DataFrame
    parts: pd.DataFrame
    complaint_now: pd.DataFrame
    complaint_previous: pd.DataFrame
    complaint_last_year: pd.DataFrame
    complaint_by_month: pd.DataFrame
    complaint_by_region: pd.DataFrame
    complaint_by_industry: pd.DataFrame
    alert_now: pd.DataFrame
    alert_previous: pd.DataFrame
    alert_last_year: pd.DataFrame
    alert_by_month: pd.DataFrame
    alert_by_region: pd.DataFrame
    alert_by_level_stage: pd.DataFrame


def overview(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> Overview:
    """Return all frames of the overview; a side of the period left open takes the default period's.

    A region outside the scope, or a scope without case rows, gives zeros and no parts.
    """
    build = fetch(QUERIES["build"], scope, {}, settings=settings)
    filters = with_period(filters, build)
    assert filters.start is not None and filters.end is not None  # noqa: S101 set just above
    focus = focus_of(scope, filters.region, settings=settings)
    now = (filters.start, filters.end)
    periods = {
        "now": now,
        "previous": previous_period(*now),
        "last_year": last_year_period(*now),
        "trend": trend_period(filters.end),
    }
    asked = targets(focus, periods, {"now": now})
    values = {"industry": filters.industry, "level": filters.level}
    complaint = fetch(_COMPLAINT, scope, values, more=asked, settings=settings)
    alert = fetch(_ALERT, scope, values, more=asked, settings=settings)
    path = fetch(QUERIES["region_path"], scope, {"region": filters.region}, settings=settings)
    parts = _parts(scope, focus, settings)
    industries = fetch(QUERIES["industries"], scope, {}, settings=settings)
    return Overview(
        filters=filters,
        focus=focus,
        periods=periods,
        build=build,
        path=path,
        parts=parts,
        complaint_now=_total(complaint, "now", COMPLAINT_COUNTS),
        complaint_previous=_total(complaint, "previous", COMPLAINT_COUNTS),
        complaint_last_year=_total(complaint, "last_year", COMPLAINT_COUNTS),
        complaint_by_month=_by_month(complaint, COMPLAINT_COUNTS),
        complaint_by_region=_by_region(complaint, parts, focus, COMPLAINT_COUNTS),
        complaint_by_industry=_by_industry(complaint, industries),
        alert_now=_total(alert, "now", ALERT_COUNTS),
        alert_previous=_total(alert, "previous", ALERT_COUNTS),
        alert_last_year=_total(alert, "last_year", ALERT_COUNTS),
        alert_by_month=_by_month(alert, ALERT_COUNTS),
        alert_by_region=_by_region(alert, parts, focus, ALERT_COUNTS),
        alert_by_level_stage=_rows(alert, "now", ("alert_level", "stage"), ALERT_COUNTS),
    )


def with_period(filters: Filters, build: pd.DataFrame) -> Filters:
    """Return the filters with both days given, from the default period of the build where they are not."""
    as_of = pd.Timestamp(build["as_of"].iloc[0]) if len(build) else pd.NaT
    start, end = default_period(date.today() if as_of is pd.NaT else as_of.date())
    end = filters.end or max(end, filters.start or end)
    return replace(filters, start=filters.start or min(start, end), end=end)


def _parts(scope: Scope, focus: Focus, settings: Settings | None) -> pd.DataFrame:
    if focus.code is None:
        return fetch(QUERIES["region_roots"], scope, {}, settings=settings).head(len(focus.parts))
    return fetch(QUERIES["region_children"], scope, {"region": focus.code}, settings=settings)


def _rows(frame: pd.DataFrame, period: str, keys: Sequence[str], counts: Sequence[str]) -> pd.DataFrame:
    rows = frame[(frame["area"] == TOTAL) & (frame["period"] == period)]
    return rows[[*keys, *counts]].sort_values(list(keys)).reset_index(drop=True)


def _total(frame: pd.DataFrame, period: str, counts: Sequence[str]) -> pd.DataFrame:
    rows = frame[(frame["area"] == TOTAL) & (frame["period"] == period)]
    return rows[list(counts)].sum().to_frame().T.astype(frame[list(counts)].dtypes)


def _by_month(frame: pd.DataFrame, counts: Sequence[str]) -> pd.DataFrame:
    return _rows(frame, "trend", ("month",), counts)


def _by_region(frame: pd.DataFrame, parts: pd.DataFrame, focus: Focus, counts: Sequence[str]) -> pd.DataFrame:
    counted = frame[frame["area"] != TOTAL].set_index("area")[list(counts)]
    columns = ["code", "name", "level", "population", "households", "longitude", "latitude"]
    shown = parts[columns].rename(columns={"code": "region_code"})
    rest = counted.loc[counted.index == focus.code]
    if len(rest) and rest.iloc[0, 0]:
        row = pd.DataFrame({"region_code": [focus.code], "name": [REMAINDER_NAME]})
        shown = pd.concat([shown, row], ignore_index=True)
    joined = shown.join(counted, on="region_code")
    return joined.fillna(dict.fromkeys(counts, 0)).astype(frame[list(counts)].dtypes.to_dict())


def _by_industry(frame: pd.DataFrame, industries: pd.DataFrame) -> pd.DataFrame:
    now = _rows(frame, "now", ("industry_code",), COMPLAINT_COUNTS).set_index("industry_code")
    before = _rows(frame, "previous", ("industry_code",), COMPLAINT_COUNTS).set_index("industry_code")
    joined = now.join(before.add_suffix("_previous"), how="outer").fillna(0).reset_index()
    names = industries.set_index("code")["name"]
    joined.insert(1, "name", joined["industry_code"].map(names).fillna("未标明行业"))
    return joined.sort_values(
        ["complaint_count", "industry_code"], ascending=[False, True], ignore_index=True
    )
