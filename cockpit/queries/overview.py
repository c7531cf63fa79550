"""All frames of the overview, from one grouped statement over complaints and one over alerts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit import region_code
from cockpit.queries import cells
from cockpit.queries.filters import (
    Filters,
    Period,
    default_period,
    is_whole_months,
    last_year_period,
    previous_period,
    trend_period,
)
from cockpit.queries.named import QUERIES, Query, fetch, fetch_arrays, roots_of
from cockpit.queries.target import NO_REGION, Focus, targets
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.views.store import store

REMAINDER_NAME = "本级（未细分）"
NO_INDUSTRY_NAME = "未标明行业"
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
_COMPLAINT_MONTH = Query("overview_complaint_month", "总览：投诉，整月")
_ALERT = Query("overview_alert", "总览：预警")
_ALERT_MONTH = Query("overview_alert_month", "总览：预警，整月")
_BESIDE = ThreadPoolExecutor(thread_name_prefix="overview")
_REGION = Query("overview_region", "总览：权限内的全部区划")
_REGION_COLUMNS = ["code", "name", "level", "population", "households", "longitude", "latitude"]


@dataclass(frozen=True)
class Overview:
    """What the overview shows, all under one scope, one set of filters and one build; counts are floats.

    `*_now`, `*_previous`, `*_last_year` have one row of counts (COMPLAINT_COUNTS or ALERT_COUNTS), zeros
    where there is nothing. `*_by_month` has a row per month with any, up to 36 ending with the period.
    `*_by_region` has a row per part of the focus, silent ones with zeros, and one named REMAINDER_NAME for
    what is recorded at the focus itself: it sums to `*_now`. `complaint_by_industry` has the counts of
    the period, and those of the one before with the ending `_previous`. `build` is the build in service.
    """

    filters: Filters
    focus: Focus
    periods: dict[str, Period]
    build: pd.DataFrame
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
    anyone = replace(scope, who="*") if scope.who else scope
    served = store(settings)
    build_id, revision = served.build_id, served.revision(scope)
    build, industries = standing(build_id, anyone, settings)
    parts = parts_of(build_id, anyone, filters.region, settings)
    places = _places(build_id, anyone, filters.region, settings)
    filters, now = with_period(filters, build)
    focus = roots_of(scope, filters.region)
    focus = replace(focus, parts=focus.roots if focus.code is None else tuple(parts["code"]))
    periods = {
        "now": now,
        "previous": previous_period(*now),
        "last_year": last_year_period(*now),
        "trend": trend_period(now[1]),
    }
    if is_whole_months(*now):
        months = months_of(revision, anyone, focus, filters.industry, filters.level, settings)
        complaint = cells.of_months(months[0], COMPLAINT_COUNTS, focus, periods)
        alert = cells.of_months(months[1], ALERT_COUNTS, focus, periods)
    else:
        values = {"industry": filters.industry, "level": filters.level}
        asked = {**values, **targets(focus, periods, {"now": now})}
        with store(settings).reader(scope) as reader:
            complaint = cells.of_periods(fetch_arrays(reader, _COMPLAINT, asked), COMPLAINT_COUNTS, periods)
            alert = cells.of_periods(fetch_arrays(reader, _ALERT, asked), ALERT_COUNTS, periods)
    return Overview(
        filters=filters,
        focus=focus,
        periods=periods,
        build=build,
        complaint_now=complaint.total("now"),
        complaint_previous=complaint.total("previous"),
        complaint_last_year=complaint.total("last_year"),
        complaint_by_month=complaint.by("trend", "month"),
        complaint_by_region=_by_region(complaint, places, focus),
        complaint_by_industry=_by_industry(complaint, industries),
        alert_now=alert.total("now"),
        alert_previous=alert.total("previous"),
        alert_last_year=alert.total("last_year"),
        alert_by_month=alert.by("trend", "month"),
        alert_by_region=_by_region(alert, places, focus),
        alert_by_level_stage=alert.by("now", "alert_level", "stage"),
    )


@lru_cache(maxsize=128)
def standing(
    _build_id: str, scope: Scope, settings: Settings | None
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Return the build and the industries: the same whatever is filtered."""
    with store(settings).reader(scope) as reader:
        return fetch(reader, QUERIES["build"], {}), fetch_arrays(reader, QUERIES["industries"], {})


@lru_cache(maxsize=1024)
def parts_of(
    build_id: str, scope: Scope, region: str | None, settings: Settings | None
) -> dict[str, NDArray[Any]]:
    """Return the parts of a region: the same whatever else is filtered."""
    focus = roots_of(scope, region).code
    if focus is None:
        with store(settings).reader(scope) as reader:
            return fetch_arrays(reader, QUERIES["region_roots"], {"region": region})
    regions = _regions(build_id, scope, settings)
    first, last = np.searchsorted(regions["parent"], [focus, f"{focus}~"])
    return {name: column[first:last] for name, column in regions.items()}


@lru_cache(maxsize=128)
def _regions(_build_id: str, scope: Scope, settings: Settings | None) -> dict[str, NDArray[Any]]:
    """Return all regions in scope, children together: the next region asked for asks the engine nothing."""
    with store(settings).reader(scope) as reader:
        return fetch_arrays(reader, _REGION, {})


@lru_cache(maxsize=1024)
def _places(build_id: str, scope: Scope, region: str | None, settings: Settings | None) -> pd.DataFrame:
    """Return the parts of a region as a frame, and last the region itself as what is left beside them."""
    parts = parts_of(build_id, scope, region, settings)
    here = {"code": roots_of(scope, region).code, "name": REMAINDER_NAME}
    shown = {name: [*parts[name], here.get(name)] for name in _REGION_COLUMNS}
    return pd.DataFrame({"region_code": shown.pop("code"), **shown})


def forget() -> None:
    """Drop what is kept between calls about single regions."""
    _places.cache_clear()
    parts_of.cache_clear()
    months_of.cache_clear()


def with_period(filters: Filters, build: pd.DataFrame) -> tuple[Filters, Period]:
    """Return the filters with both days given, and these days; an open side takes the default period's."""
    as_of = build["as_of"].iloc[0] if len(build) else pd.NaT
    start, end = default_period(date.today() if pd.isna(as_of) else as_of.date())
    end = filters.end or max(end, filters.start or end)
    start = filters.start or min(start, end)
    return replace(filters, start=start, end=end), (start, end)


@lru_cache(maxsize=256)
def months_of(
    _revision: str,
    scope: Scope,
    focus: Focus,
    industry: str | None,
    level: str | None,
    settings: Settings | None,
) -> tuple[cells.Columns, cells.Columns]:
    """Return the rows of all months over complaints and over alerts: another period asks the engine nothing."""
    root_levels = {region_code.level(code) for code in focus.roots}
    part_levels = {region_code.level(code) for code in focus.parts}
    asked = {
        "industry": industry,
        "level": level,
        "focus": focus.code or NO_REGION,
        "roots": list(focus.roots) or [NO_REGION],
        "root_level_low": min(root_levels, default=NO_REGION),
        "root_level_high": max(root_levels, default=""),
        "root_low": min(focus.roots, default=NO_REGION),
        "root_high": max(focus.roots, default=""),
        "part_level_low": min(part_levels, default=NO_REGION),
        "part_level_high": max(part_levels, default=""),
    }
    with store(settings).reader(scope) as reader, store(settings).reader(scope) as beside:
        # Most of either statement is its planning, which takes one core: both together take as long as the longer.
        waiting = _BESIDE.submit(fetch_arrays, beside, _COMPLAINT_MONTH, asked)
        try:
            alert = fetch_arrays(reader, _ALERT_MONTH, asked)
        finally:
            complaint = waiting.result()
        return complaint, alert


def _by_region(counted: cells.Cells, places: pd.DataFrame, focus: Focus) -> pd.DataFrame:
    counts = counted.at(counted.by_part(), places["region_code"].tolist()[:-1])
    rest = counted.sum("now") - counts.sum(axis=0)
    if focus.code is not None and round(rest[0]):
        counts = np.vstack([counts, rest])
    return pd.concat([places.iloc[: len(counts)], counted.frame(counts)], axis=1)


def _by_industry(counted: cells.Cells, industries: cells.Columns) -> pd.DataFrame:
    now, before = counted.by_value("now", "industry_code"), counted.by_value("previous", "industry_code")
    codes = sorted(now.keys() | before.keys(), key=lambda code: (-now[code][0] if code in now else 0, code))
    names = dict(zip(industries["code"], industries["name"], strict=True))
    shown = {"industry_code": codes, "name": [names.get(code, NO_INDUSTRY_NAME) for code in codes]}
    earlier = [f"{name}_previous" for name in counted.names]
    counts = [*counted.at(now, codes).T, *counted.at(before, codes).T]
    return pd.DataFrame({**shown, **dict(zip([*counted.names, *earlier], counts, strict=True))}, copy=False)
