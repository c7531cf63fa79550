"""Where alerts lie, which villages are silent, how long alerts wait: frames under a scope and filters.

A side of the period left open takes the default period's, as on the overview; all of it are empty outside the scope.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from cockpit import region_code
from cockpit.queries.filters import Filters, Period, is_whole_months, previous_period
from cockpit.queries.named import Query, fetch, roots_of
from cockpit.queries.overview import REMAINDER_NAME, standing, with_period
from cockpit.queries.target import Focus
from cockpit.region_code import LEVELS
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

By = Literal["month", "module"]
COUNTS = (
    "alert_count",
    "open_count",
    "overdue_count",
    "red_count",
    "red_open_count",
    "verified_count",
    "substantiated_count",
    "before_count",
)
PLACE_COLUMNS = ("code", "name", "level", "population", "longitude", "latitude", "is_former", "state")
STAGES = ("raised", "assigned", "verified", "disposed", "applied")
# The states of a village without alerts; `unknown` where the scope may not know what others recorded.
QUIET, SILENT, NO_DATA, UNKNOWN = "quiet", "silent", "no_data", "unknown"

_REGION = Query("heat_region", "预警热力：区划")
_BOUNDARY = Query("heat_boundary", "预警热力：边界")
_PLACE = Query("heat_place", "预警热力：预警，按地点，整月")
_CELL = Query("heat_cell", "预警热力：预警，按地点和月份或模块")
_KIND = Query("heat_kind", "预警热力：预警，按等级、来源、模型、模块、环节")
_AGE = Query("heat_age", "预警热力：未处置预警，按环节和已停留天数")
_OWNER = Query("heat_owner", "预警热力：未处置预警，按责任单位和承办人")
_STAY = Query("heat_stay", "预警热力：各环节停留天数")


def focus_level(scope: Scope, region: str | None) -> str | None:
    """Return the level of the one region in focus; None for several, or for none in scope."""
    code = roots_of(scope, region).code
    return code and region_code.level(code)


def places(
    scope: Scope, filters: Filters, level: str | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return a row of counts per part of the focus, or per place of a level inside it, those without alerts included.

    Columns: PLACE_COLUMNS, COUNTS (of the period; `before_count` of the one before it). A place finer than the
    level whose own parent lies above it, such as a town right below its city, stands among them, and so does a coarser
    one without parts; a focus without parts is its own. `state` is nan but for villages: alerted, quiet, silent (no record of any kind in the last
    `silence_days`), no_data (none ever), unknown. `is_former`: its validity has ended. What is recorded elsewhere
    in the focus has a last row named REMAINDER_NAME, its code that of the focus ('' for several) and no level: all
    rows sum to the focus.
    """
    shown, focus, values, as_of, is_whole = _asked(scope, filters, level, settings)
    codes = shown["code"].to_list() or ["~"]
    # Villages have about as many rows in the roll-up as alerts; days at the edges of a month are in none.
    is_rolled = is_whole and "village" not in set(shown["level"])
    with store(settings).reader(scope) as reader:
        if is_rolled:
            roots = list(focus.roots) or ["~"]
            levels = [region_code.level(code) for code in (*codes, *roots) if code != "~"]
            more = {
                "roots": roots,
                "level_low": min(levels, default=""),
                "level_high": max(levels, default=""),
            }
            counts = fetch(reader, _PLACE, {**values, "places": codes, **more}).set_index("place")
            whole = counts[counts.index == ""].sum()
            counts = counts[counts.index != ""]
            counts.loc[""] = whole - counts.sum()
        else:
            counts = fetch(reader, _CELL, {**values, "places": codes, "by": ""}).set_index("place")
    counts = counts[list(COUNTS)]
    frame = shown.join(counts, on="code").fillna(dict.fromkeys(COUNTS, 0)).astype(dict.fromkeys(COUNTS, int))
    frame["state"] = _states(frame, as_of, (settings or process_settings()).silence_days)
    rest = counts[counts.index == ""]
    if len(rest) and rest.to_numpy().any():
        left = rest.assign(code=focus.code or "", name=REMAINDER_NAME, is_former=False)
        both: list[pd.DataFrame] = [frame, left]
        frame = pd.concat(both, ignore_index=True)
    return frame[[*PLACE_COLUMNS, *COUNTS]]


def cells(
    scope: Scope,
    filters: Filters,
    codes: Sequence[str],
    by: By,
    *,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return place ('' for all of the focus but `codes`), key (a month as YYYY-MM, or a module, '' for none) and COUNTS.

    `codes` are places no one of which lies inside another. Cells without alerts are left out.
    """
    _, _, values, *_ = _asked(scope, filters, None, settings)
    with store(settings).reader(scope) as reader:
        frame = fetch(reader, _CELL, {**values, "places": list(codes) or ["~"], "by": by})
    return frame[frame["alert_count"] > 0].drop(columns="before_count").reset_index(drop=True)


def boundaries(scope: Scope, codes: Sequence[str], *, settings: Settings | None = None) -> pd.DataFrame:
    """Return region_code and geometry (GeoJSON text) of those places that have a boundary."""
    asked = {
        "places": list(codes) or ["~"],
        "place_low": min(codes, default="~"),
        "place_high": max(codes, default=""),
    }
    with store(settings).reader(scope) as reader:
        return fetch(reader, _BOUNDARY, asked)


def kinds(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return kind (level, source, model, module, stage), code ('' for none) and counts; each kind sums to the focus."""
    return _frame(_KIND, scope, filters, settings)


def ages(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return open alerts by stage and whole days waited in it: stage, days, alert_count, overdue_count, stuck_count."""
    return _frame(_AGE, scope, filters, settings)


def owners(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return who has open alerts: kind (unit, handler), code, name, open_count, overdue_count, late_days (the most)."""
    return _frame(_OWNER, scope, filters, settings)


def stays(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the stays in stages of alerts raised in the period: stage, days, is_left, stay_count.

    The present stay of each is not left and runs to the data date. Of what was decided here only the present stay
    is known. A stage returned to is stayed in twice; the last stage is no stay.
    """
    return _frame(_STAY, scope, filters, settings)


def as_of(scope: Scope, *, settings: Settings | None = None) -> pd.Timestamp:
    """Return the data date, up to which waits are counted."""
    build, _ = standing(store(settings).build_id, _anyone(scope), settings)
    return pd.Timestamp(build["as_of"].max())


def _frame(query: Query, scope: Scope, filters: Filters, settings: Settings | None) -> pd.DataFrame:
    filters, _ = _period(scope, filters, settings)
    now = as_of(scope, settings=settings)
    values = {**_values(filters), "today": now.date(), "now_at": now.to_pydatetime()}
    with store(settings).reader(scope) as reader:
        return fetch(reader, query, values)


def _asked(
    scope: Scope, filters: Filters, level: str | None, settings: Settings | None
) -> tuple[pd.DataFrame, Focus, dict[str, object], pd.Timestamp, bool]:
    filters, (start, end) = _period(scope, filters, settings)
    shown = regions(store(settings).build_id, _anyone(scope), filters.region, level, settings)
    before, _ = previous_period(start, end)
    values = {**_values(filters), "since_before": pd.Timestamp(before).to_pydatetime()}
    is_whole = is_whole_months(start, end)
    return shown, roots_of(scope, filters.region), values, as_of(scope, settings=settings), is_whole


def _period(scope: Scope, filters: Filters, settings: Settings | None) -> tuple[Filters, Period]:
    build, _ = standing(store(settings).build_id, _anyone(scope), settings)
    return with_period(filters, build)


def _values(filters: Filters) -> dict[str, object]:
    return {
        "region": filters.region,
        "industry": filters.industry,
        "from": filters.start,
        "to": filters.end,
        "level": filters.level,
    }


def _anyone(scope: Scope) -> Scope:
    return replace(scope, who="*") if scope.who else scope


@lru_cache(maxsize=64)
def regions(
    _build_id: str, scope: Scope, region: str | None, level: str | None, settings: Settings | None
) -> pd.DataFrame:
    """Return the places that a focus is shown in: its parts, or those of a level; the same whatever is counted."""
    focus = roots_of(scope, region)
    with store(settings).reader(scope) as reader:
        found = fetch(reader, _REGION, {"region": region})
    inside = np.zeros(len(found), bool)
    for root in focus.roots:
        low, high = region_code.bounds(root)
        inside |= found["code"].between(low, high).to_numpy()
    found = found[inside]
    rank = found["level"].map(LEVELS.index)
    above = found["parent"].map(dict(zip(found["code"], rank, strict=True))).fillna(-1)
    if level is None:
        kept = found["parent"] == focus.code if focus.code else found["code"].isin(focus.roots)
    else:
        asked = LEVELS.index(level)
        is_leaf = ~found["code"].isin(found["parent"]) & ~found["code"].isin(focus.roots)
        kept = (rank >= asked) & (above < asked) | is_leaf & (rank < asked)
    if not kept.any():
        kept = found["code"].isin(focus.roots)
    return found[kept].drop(columns="parent").reset_index(drop=True)


def _states(frame: pd.DataFrame, now: pd.Timestamp, silent_days: int) -> "pd.Series[str]":
    """Return the state of each village; what the scope may not know of others is unknown."""
    latest = pd.to_datetime(frame["latest_on"])
    is_late = latest.isna() | (latest <= now.normalize() - pd.Timedelta(days=silent_days))
    rules = {
        "": frame["level"] != "village",
        "alerted": frame["alert_count"] > 0,
        UNKNOWN: frame["count_row"].isna(),
        NO_DATA: frame["count_row"].fillna(1) == 0,
        SILENT: is_late,
    }
    states = np.select([rule.to_numpy(bool) for rule in rules.values()], list(rules), QUIET)
    return pd.Series(states, index=frame.index)


def began_on(first: int, last: int | None, today: date) -> tuple[date | None, date | None]:
    """Return the days from and to which a stage began that has lasted `first` to `last` whole days; None is open.

    What began after the data date has lasted none.
    """
    return (
        None if last is None else today - timedelta(days=last),
        today - timedelta(days=first) if first else None,
    )
