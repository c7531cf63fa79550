"""All frames of the overview, from one grouped statement over complaints and one over alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from cockpit import region_code
from cockpit.queries.filters import (
    Filters,
    Period,
    default_period,
    is_whole_months,
    last_year_period,
    previous_period,
    trend_period,
)
from cockpit.queries.named import QUERIES, Query, fetch, roots_of
from cockpit.queries.target import NO_REGION, TOTAL, Focus, targets
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.views.store import store

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
_COMPLAINT_MONTH = Query("overview_complaint_month", "总览：投诉，整月")
_ALERT = Query("overview_alert", "总览：预警")
_ALERT_MONTH = Query("overview_alert_month", "总览：预警，整月")
_REGION_NEAR = Query("region_near", "总览：区划")
_REGION_COLUMNS = ["code", "name", "level", "population", "households", "longitude", "latitude"]


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
    with store(settings).reader(scope) as reader:
        build = fetch(reader, QUERIES["build"], {})
        filters, now = with_period(filters, build)
        regions = fetch(reader, _REGION_NEAR, {"region": filters.region})
        focus = _focus(scope, filters.region, regions)
        periods = {
            "now": now,
            "previous": previous_period(*now),
            "last_year": last_year_period(*now),
            "trend": trend_period(now[1]),
        }
        values = {"industry": filters.industry, "level": filters.level}
        if is_whole_months(*now):
            asked = {**values, **_month_bounds(focus, periods)}
            complaint = _periods(fetch(reader, _COMPLAINT_MONTH, asked), focus, periods)
            alert = _periods(fetch(reader, _ALERT_MONTH, asked), focus, periods)
        else:
            asked = {**values, **targets(focus, periods, {"now": now})}
            complaint = fetch(reader, _COMPLAINT, asked)
            alert = fetch(reader, _ALERT, asked)
        industries = fetch(reader, QUERIES["industries"], {})
    parts = regions[regions["code"].isin(focus.parts)].reset_index(drop=True)
    return Overview(
        filters=filters,
        focus=focus,
        periods=periods,
        build=build,
        path=regions[~regions["code"].isin(focus.parts)].reset_index(drop=True),
        parts=parts,
        complaint_now=_total(complaint, "now", COMPLAINT_COUNTS),
        complaint_previous=_total(complaint, "previous", COMPLAINT_COUNTS),
        complaint_last_year=_total(complaint, "last_year", COMPLAINT_COUNTS),
        complaint_by_month=_rows(complaint, "trend", ["month"], COMPLAINT_COUNTS),
        complaint_by_region=_by_region(complaint, parts, focus, COMPLAINT_COUNTS),
        complaint_by_industry=_by_industry(complaint, industries),
        alert_now=_total(alert, "now", ALERT_COUNTS),
        alert_previous=_total(alert, "previous", ALERT_COUNTS),
        alert_last_year=_total(alert, "last_year", ALERT_COUNTS),
        alert_by_month=_rows(alert, "trend", ["month"], ALERT_COUNTS),
        alert_by_region=_by_region(alert, parts, focus, ALERT_COUNTS),
        alert_by_level_stage=_rows(alert, "now", ["alert_level", "stage"], ALERT_COUNTS),
    )


def with_period(filters: Filters, build: pd.DataFrame) -> tuple[Filters, Period]:
    """Return the filters with both days given, and these days; an open side takes the default period's."""
    as_of = build["as_of"].iloc[0] if len(build) else pd.NaT
    start, end = default_period(date.today() if pd.isna(as_of) else as_of.date())
    end = filters.end or max(end, filters.start or end)
    start = filters.start or min(start, end)
    return replace(filters, start=start, end=end), (start, end)


def _focus(scope: Scope, region: str | None, regions: pd.DataFrame) -> Focus:
    """Return the focus and its parts among the regions near it."""
    focus = roots_of(scope, region)
    if focus.code is None:
        return Focus(focus.roots, focus.roots)
    return Focus(focus.roots, tuple(regions.loc[regions["parent"] == focus.code, "code"]))


def _month_bounds(focus: Focus, periods: Mapping[str, Period]) -> dict[str, object]:
    """Return the parameters of the statements over whole months: what is counted, and bounds for pruning."""
    codes = {*focus.roots, *focus.parts}
    levels = {region_code.level(code) for code in codes}
    return {
        "roots": list(focus.roots) or [NO_REGION],
        "parts": list(focus.parts) or [NO_REGION],
        "level_low": min(levels, default=""),
        "level_high": max(levels, default=""),
        "region_low": min(codes, default=NO_REGION),
        "region_high": max(codes, default=""),
        "month_low": min(start for start, _ in periods.values()),
        "month_high": periods["now"][1],
        "now_low": periods["now"][0],
        "now_high": periods["now"][1],
    }


def _periods(frame: pd.DataFrame, focus: Focus, periods: Mapping[str, Period]) -> pd.DataFrame:
    """Return months of the focus and its parts by area and period, as `overview_complaint` has them."""
    months, code = frame["month"].to_numpy(), frame["region_code"].to_numpy(dtype=object)
    chosen = [
        (name, np.flatnonzero((months >= np.datetime64(start)) & (months <= np.datetime64(end))))
        for name, (start, end) in periods.items()
    ]
    # One region's parts are rows of their own, without a month; several roots are their own parts.
    parts = np.flatnonzero(np.isnat(months)) if focus.code is not None else chosen[0][1]
    rows = np.concatenate([*(rows for _, rows in chosen), parts])
    names = np.repeat(
        [*(name for name, _ in chosen), "now"], [*(len(rows) for _, rows in chosen), len(parts)]
    )
    area = np.where(np.arange(len(rows)) < len(rows) - len(parts), TOTAL, code[rows])
    return frame.take(rows).assign(area=area, period=names)


def _total(frame: pd.DataFrame, period: str, counts: Sequence[str]) -> pd.DataFrame:
    return _sums(frame.loc[(frame["area"] == TOTAL) & (frame["period"] == period), list(counts)])


def _sums(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: [column.sum()] for name, column in frame.items()})


def _rows(frame: pd.DataFrame, period: str, keys: Sequence[str], counts: Sequence[str]) -> pd.DataFrame:
    rows = frame[(frame["area"] == TOTAL) & (frame["period"] == period)]
    return rows.groupby(list(keys), as_index=False)[list(counts)].sum()


def _by_region(frame: pd.DataFrame, parts: pd.DataFrame, focus: Focus, counts: Sequence[str]) -> pd.DataFrame:
    shown = parts[_REGION_COLUMNS].rename(columns={"code": "region_code"})
    is_part = (frame["area"] != TOTAL) & (frame["area"] != (focus.code or TOTAL))
    counted = frame[is_part].groupby("area")[list(counts)].sum()
    joined = counted.reindex(shown["region_code"], fill_value=0).reset_index(drop=True)
    shown = pd.concat([shown, joined], axis=1)
    rest = _total(frame, "now", counts) - _sums(joined)
    if focus.code is not None and rest.iloc[0, 0]:
        shown = pd.concat(
            [shown, rest.assign(region_code=focus.code, name=REMAINDER_NAME)], ignore_index=True
        )
    return shown


def _by_industry(frame: pd.DataFrame, industries: pd.DataFrame) -> pd.DataFrame:
    now, before = (
        _rows(frame, period, ["industry_code"], COMPLAINT_COUNTS).set_index("industry_code")
        for period in ("now", "previous")
    )
    codes = now.index.union(before.index)
    joined = now.reindex(codes, fill_value=0).join(
        before.reindex(codes, fill_value=0).add_suffix("_previous")
    )
    joined = joined.rename_axis("industry_code").reset_index()
    names = industries.set_index("code")["name"]
    joined.insert(1, "name", joined["industry_code"].map(names).fillna("未标明行业"))
    return joined.sort_values(
        ["complaint_count", "industry_code"], ascending=[False, True], ignore_index=True
    )
