"""Frames of the complaint analysis: each a function of a scope and filters, empty outside the scope.

A side of the period left open takes the default period's, as on the overview. Industry '' stands for complaints
without one, also as a filter; the alert level of the filters means nothing here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit import region_code
from cockpit.queries.filters import Filters, Period, is_whole_months, last_year_period, previous_period
from cockpit.queries.listing import Page
from cockpit.queries.named import Query, fetch, fetch_arrays, fetch_batches, roots_of
from cockpit.queries.overview import (
    COMPLAINT_COUNTS,
    NO_INDUSTRY_NAME,
    REMAINDER_NAME,
    parts_of,
    standing,
    with_period,
)
from cockpit.queries.target import NO_REGION, TOTAL, Focus, targets
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import Reader, store

By = Literal["region", "unit", "industry"]
COUNTS = (*COMPLAINT_COUNTS, "repeat_count")
NO_UNIT_NAME = "未标明单位"
# The group of all units that are not told apart, and its name.
OTHER_UNITS, OTHER_UNITS_NAME = "~", "其他单位"
NO_TIMES = pd.DatetimeIndex([])
REGION_COLUMNS = ("code", "name", "level", "parent", "population", "households", "longitude", "latitude")
# Roll-ups by day and by duration are kept so far down: below, few facts are left to read.
COARSE_LEVELS = ("province", "city", "county")
# The stages in which a complaint waits for somebody, and until the writer rates the answer.
STAGES = ("accepted", "referred", "handling", "reviewed", "replied")
# Days a stage may take: accept or refer within 15 days (信访工作条例, 2022); the others have no limit of their own.
STAGE_LIMIT_DAYS = {"accepted": 15}
# Complaints at one place on one topic are fewer: two counts travel in one number.
_BASE_BITS = 26
_BASE = 1 << _BASE_BITS

_REGION = Query("analysis_region", "分析：投诉，按区划、期间、行业")
_REGION_ROLLED = Query("analysis_region_rolled", "分析：投诉，按一级的全部区划，整月")
_LEVEL = Query("analysis_region_level", "分析：一级的全部区划")
_MONTH = Query("analysis_month", "分析：投诉，各月")
_DAY = Query("analysis_day", "分析：投诉，各日")
_DAY_ROLLED = Query("analysis_day_rolled", "分析：投诉，各日，县以上")
_RED = Query("analysis_red", "分析：未处置的红色预警，整月")
_UNIT = Query("analysis_unit", "分析：投诉，按承办单位")
_UNIT_ROLLED = Query("analysis_unit_rolled", "分析：投诉，按承办单位，整月")
_DURATION = Query("analysis_duration", "分析：各类时长，县以上，整月")
_HANDLING = Query("analysis_handling", "分析：办理天数")
_HANDLING_UNIT = Query("analysis_handling_unit", "分析：办理天数，按承办单位，县以上，整月")
_STAGE = Query("analysis_stage", "分析：各环节停留")
_TOPIC = Query("analysis_topic", "分析：问题的普遍与反复")
_TOPIC_ROLLED = Query("analysis_topic_rolled", "分析：问题的普遍与反复，整月")
_TOPICS = Query("analysis_topics", "分析：各类问题")
_PLACE = Query("analysis_place", "分析：地点数")
_RETURN = Query("analysis_return", "分析：办结后再次投诉")
_CLUSTER = Query("analysis_cluster", "分析：同一问题的投诉")
_MEMBER = Query("analysis_member", "分析：同一问题的各件投诉")


@dataclass(frozen=True)
class Topics:
    """What analysis.recurrence.topics takes: `histogram`, `repeats` and `places`.

    `histogram`: industry_code, category ('' for none), complaint_count, place_count: so many places have so many
    complaints on the topic. `repeats`: industry_code, category, complaint_count, repeat_count. `places` is the
    number of villages, and of places above them at which complaints are recorded themselves.
    """

    histogram: pd.DataFrame
    repeats: pd.DataFrame
    places: int


@dataclass(frozen=True)
class _Asked:
    """The days asked for, what is counted, its parts, the names of industries, and the parameters of the queries."""

    period: Period
    focus: Focus
    parts: Mapping[str, NDArray[Any]]
    industries: Mapping[str, str]
    as_of: pd.Timestamp
    values: dict[str, object]

    def areas(self, by: str | None) -> dict[str, object]:
        """Return the parameters that name the roots of the focus in a roll-up, and by region its parts."""
        codes = sorted({*self.focus.roots, *(self.focus.parts if by == "region" else ())}) or [NO_REGION]
        levels = [region_code.level(code) for code in codes if code != NO_REGION] or [NO_REGION]
        # The bounds are what scans are pruned by.
        return {
            "by": by or "",
            "areas": codes,
            "area_low": codes[0],
            "area_high": codes[-1],
            "levels": levels,
            "level_low": min(levels),
            "level_high": max(levels),
        }


def _asked(scope: Scope, filters: Filters, settings: Settings | None) -> _Asked:
    anyone = replace(scope, who="*") if scope.who else scope
    build_id = store(settings).build_id
    build, industries = standing(build_id, anyone, settings)
    parts = parts_of(build_id, anyone, filters.region, settings)
    _, (start, end) = with_period(filters, build)
    focus = roots_of(scope, filters.region)
    focus = replace(focus, parts=focus.roots if focus.code is None else tuple(parts["code"]))
    values: dict[str, object] = {
        "region": filters.region,
        "industry": filters.industry,
        "from": start,
        "to": end,
        "prefix": max((len(region_code.prefix(code)) for code in focus.parts), default=12),
        "spans": [_span(code) for code in focus.roots] or [{"low": NO_REGION, "high": ""}],
    }
    names = dict(zip(industries["code"], industries["name"], strict=True))
    return _Asked((start, end), focus, parts, names, build["as_of"].max(), values)


def _span(code: str) -> dict[str, str]:
    return dict(zip(("low", "high"), region_code.bounds(code), strict=True))


def region_counts(
    scope: Scope, filters: Filters, level: str | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return a row of counts per part of the focus, or per region of a level below it, silent ones included.

    Columns: region_code, name, level, parent, population, households, longitude, latitude, COUNTS. What is recorded
    elsewhere in the focus has a last row named REMAINDER_NAME with the focus's code and no level: the rows sum to
    the focus. Regions above those of a level, such as a town right below its city, are not among them.
    """
    asked = _asked(scope, filters, settings)
    parts = asked.parts if level is None else _regions(scope, asked, level, settings)
    if level is not None and is_whole_months(*asked.period):
        with store(settings).reader(scope) as reader:
            cells = fetch(reader, _REGION_ROLLED, asked.values | asked.areas(None) | {"region_level": level})
    else:
        cells = _cells(scope, asked, tuple(parts["code"]), {"now": asked.period}, settings)
    summed = cells.groupby("area", sort=False)[list(COUNTS)].sum()
    counts = summed.reindex(parts["code"], fill_value=0.0).to_numpy()
    shown: dict[str, list[Any]] = {name: list(parts[name]) for name in REGION_COLUMNS}
    total = summed.loc[TOTAL].to_numpy() if TOTAL in summed.index else np.zeros(len(COUNTS))
    rest = total - counts.sum(axis=0)
    if round(rest[0]):
        here = {"code": asked.focus.code, "name": REMAINDER_NAME}
        shown = {name: [*column, here.get(name)] for name, column in shown.items()}
        counts = np.vstack([counts, rest])
    frame = pd.DataFrame({"region_code": shown.pop("code"), **shown})
    return frame.assign(**dict(zip(COUNTS, counts.T, strict=True)))


def region_industry(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return complaints per part of the focus and industry: region_code, name, industry_code, industry_name, now,
    previous, last_year.

    Pairs without any are left out. What is recorded at the focus itself stands under its code, named REMAINDER_NAME.
    """
    asked = _asked(scope, filters, settings)
    periods = {
        "now": asked.period,
        "previous": previous_period(*asked.period),
        "last_year": last_year_period(*asked.period),
    }
    cells = _cells(scope, asked, tuple(asked.parts["code"]), periods, settings)
    found = cells.pivot_table(
        index=["area", "industry_code"], columns="period", values="complaint_count", aggfunc="sum"
    )
    found = found.reindex(columns=list(periods)).fillna(0.0)
    by_area = found.reset_index()
    parts = by_area[by_area["area"] != TOTAL].set_index(["industry_code", "area"])
    whole = by_area[by_area["area"] == TOTAL].set_index("industry_code")[list(periods)]
    rest = whole.sub(parts.groupby("industry_code")[list(periods)].sum(), fill_value=0.0).round()
    rest = rest[rest.any(axis=1)].assign(area=asked.focus.code).set_index("area", append=True)
    frame = pd.concat([parts, rest] if len(rest) else [parts]).reset_index()
    names = dict(zip(asked.parts["code"], asked.parts["name"], strict=True))
    return pd.DataFrame(
        {
            "region_code": frame["area"],
            "name": [names.get(code, REMAINDER_NAME) for code in frame["area"]],
            "industry_code": frame["industry_code"],
            "industry_name": [
                asked.industries.get(code, NO_INDUSTRY_NAME) for code in frame["industry_code"]
            ],
            **{name: frame[name] for name in periods},
        }
    )


def region_strata(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return region_code, name, industry_code and COUNTS per part of the focus and industry, for what is standardised.

    Pairs without complaints and what is recorded at the focus itself are left out.
    """
    asked = _asked(scope, filters, settings)
    cells = _cells(scope, asked, tuple(asked.parts["code"]), {"now": asked.period}, settings)
    found = cells.loc[cells["area"] != TOTAL, ["area", "industry_code", *COUNTS]]
    found = found.rename(columns={"area": "region_code"}).reset_index(drop=True)
    found.insert(1, "name", _names(asked, "region", found["region_code"]))
    return found


def _regions(
    scope: Scope, asked: _Asked, level: str, settings: Settings | None
) -> Mapping[str, NDArray[Any]]:
    with store(settings).reader(scope) as reader:
        return fetch_arrays(reader, _LEVEL, {**asked.values, "region_level": level})


def _cells(
    scope: Scope,
    asked: _Asked,
    parts: tuple[str, ...],
    periods: Mapping[str, Period],
    settings: Settings | None,
) -> pd.DataFrame:
    """Return counts per area (a part, or TOTAL for the whole), period and industry."""
    focus = Focus(asked.focus.roots, parts)
    values = {**asked.values, **targets(focus, periods, periods, has_rest=False)}
    with store(settings).reader(scope) as reader:
        return fetch(reader, _REGION, values)


def months(
    scope: Scope,
    filters: Filters,
    by: Literal["region", "industry"] | None = None,
    *,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return a row of counts per month, whatever the period of the filters, and per part or industry where asked for.

    Columns: month (its first day), is_whole (over by the data date), region_code or industry_code, name, COUNTS.
    Every month from the first with complaints to that of the data date has a row for each, zeros where there is
    nothing. Without complaints there are no rows. By region there is one more for what is recorded at the focus
    itself, where there is any; both sum to the months without `by`.
    """
    asked = _asked(scope, filters, settings)
    with store(settings).reader(scope) as reader:
        cells = fetch_arrays(reader, _MONTH, asked.values | asked.areas(by))
    met = cells["month"]
    index = pd.date_range(met.min(), asked.as_of, freq="MS") if len(met) else NO_TIMES
    frame = _filled(cells, "month", index, by, COUNTS, asked)
    whole = frame["month"] + pd.offsets.MonthBegin(1) <= asked.as_of
    frame.insert(1, "is_whole", whole)
    return frame


def days(
    scope: Scope,
    filters: Filters,
    start: date,
    end: date,
    by: Literal["region", "industry"] | None = None,
    *,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return day and complaint_count of every day from `start` to `end`, both included, whatever the filters' period.

    With `by`, region_code or industry_code and name too: a row per day and part with any complaint, by region also
    for what is recorded at the focus itself.
    """
    asked = _asked(scope, filters, settings)
    values = asked.values | asked.areas(by) | {"from": start, "to": end}
    is_rolled = scope.units == (ALL,) and _is_coarse(values)
    with store(settings).reader(scope) as reader:
        cells = fetch_arrays(reader, _DAY_ROLLED if is_rolled else _DAY, values)
    index = pd.date_range(start, end) if start <= end else NO_TIMES
    return _filled(cells, "day", index, by, ("complaint_count",), asked, has_whole=is_rolled)


def red_open_counts(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> dict[str, int]:
    """Return how many red alerts raised in the whole months of the period are still open, by part of the focus.

    Under the code of the focus stands what is recorded at it itself. Parts without any may be missing.
    """
    asked = _asked(scope, filters, settings)
    with store(settings).reader(scope) as reader:
        cells = fetch_arrays(reader, _RED, asked.values | asked.areas("region"))
    counts = dict(zip(cells["region_code"], cells["open_count"].astype(int).tolist(), strict=True))
    here = asked.focus.code
    return counts if here is None else counts | {here: 2 * counts.get(here, 0) - sum(counts.values())}


def _with_rest(frame: pd.DataFrame, asked: _Asked, keys: list[str], names: Sequence[str]) -> pd.DataFrame:
    """Put under the code of the focus what the parts leave of its rows; several roots are their own parts."""
    code = asked.focus.code
    if code is None:
        return frame
    is_whole = frame["region_code"] == code
    whole = frame[is_whole].set_index(keys)[list(names)]
    rest = whole.sub(frame[~is_whole].groupby(keys)[list(names)].sum(), fill_value=0.0)
    rest = rest[rest["complaint_count"].round() > 0].reset_index().assign(region_code=code)
    return pd.concat([frame.loc[~is_whole, rest.columns], rest], ignore_index=True)


def _filled(
    cells: Mapping[str, NDArray[Any]],
    at: str,
    times: pd.DatetimeIndex,
    by: Literal["region", "industry"] | None,
    names: Sequence[str],
    asked: _Asked,
    *,
    has_whole: bool = True,
) -> pd.DataFrame:
    """Return a row per key met and time, in their order, zeros where there is nothing, keys named.

    By region the cells of the whole become those of what the parts leave of it; without a whole, each cell is that
    of the part it lies in.
    """
    codes = cells[f"{by}_code"] if by else np.zeros(len(cells[at]), int)
    series, keys = pd.factorize(codes, sort=True)
    if by == "region" and not has_whole:
        order, keys = pd.factorize(np.array(_part_of(asked, pd.Series(keys)), object), sort=True)
        series = order[series]
    place = times.get_indexer(pd.DatetimeIndex(cells[at]))
    shape = (len(keys) if by else 1, len(times))
    cell = np.where(place < 0, shape[0] * shape[1], series * shape[1] + place)
    counts = {
        name: np.bincount(cell, cells[name], shape[0] * shape[1] + 1)[:-1].reshape(shape) for name in names
    }
    if by == "region" and has_whole and asked.focus.code in keys:
        here = list(keys).index(asked.focus.code)
        rest = {name: 2 * count[here] - count.sum(axis=0) for name, count in counts.items()}
        is_left = rest["complaint_count"].round() > 0
        for name, count in counts.items():
            count[here] = np.where(is_left, rest[name], 0.0)
        if not is_left.any():
            keys = np.delete(keys, here)
            counts = {name: np.delete(count, here, axis=0) for name, count in counts.items()}
    shown: dict[str, Any] = {at: np.tile(times, len(keys) if by else 1)}
    if by:
        shown[f"{by}_code"] = pd.Index(keys, dtype=str).repeat(len(times))
        shown["name"] = pd.Index(_names(asked, by, keys), dtype=str).repeat(len(times))
    return pd.DataFrame(shown | {name: count.ravel() for name, count in counts.items()})


def _names(asked: _Asked, by: str, codes: Iterable[str], units: Mapping[str, str] | None = None) -> list[str]:
    known, nothing = {
        "region": (dict(zip(asked.parts["code"], asked.parts["name"], strict=True)), REMAINDER_NAME),
        "industry": (asked.industries, NO_INDUSTRY_NAME),
        "unit": (units or {}, NO_UNIT_NAME),
    }[by]
    return [known.get(code, nothing if by != "unit" or not code else code) for code in codes]


def _is_coarse(values: Mapping[str, object]) -> bool:
    """Tell whether all regions asked for lie at the levels down to which coarse roll-ups are kept."""
    return set(COARSE_LEVELS).issuperset(cast("list[str]", values["levels"]))


def _part_of(asked: _Asked, found: pd.Series) -> list[str]:
    """Return the part that each code lies in, the focus itself for what lies in none; codes may be cut off."""
    lengths = sorted({len(region_code.prefix(code)) for code in asked.focus.parts}, reverse=True)
    parts = {region_code.prefix(code): code for code in asked.focus.parts}
    rest = asked.focus.code or ""
    known = {
        code: next((parts[code[:length]] for length in lengths if code[:length] in parts), rest)
        for code in found.unique()
    }
    return found.map(known).to_list()


def unit_counts(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return unit_id ('' for none), name and COUNTS of every unit with complaints, the most first."""
    asked = _asked(scope, filters, settings)
    values = asked.values | asked.areas(None)
    with store(settings).reader(scope) as reader:
        frame = fetch(reader, _UNIT_ROLLED if is_whole_months(*asked.period) else _UNIT, values)
    frame = frame.sort_values(["complaint_count", "unit_id"], ascending=[False, True], ignore_index=True)
    frame.insert(1, "name", _names(asked, "unit", frame["unit_id"], _units(scope, settings)))
    return frame


def _units(scope: Scope, settings: Settings | None) -> dict[str, str]:
    from cockpit import queries

    units = queries.units(scope, settings=settings)
    return dict(zip(units["id"], units["name"], strict=True))


def handling_days(
    scope: Scope,
    filters: Filters,
    by: By | None = None,
    *,
    units: Collection[str] | None = None,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return how many complaints received in the period took so many whole days: group, name, days, is_closed,
    complaint_count.

    Days of open complaints run to the data date; those of closing before opening, or of a future receipt, are
    negative. `group` is the code of a part of the focus (the focus itself for the rest), a unit or an industry
    ('' for none); without `by` it is ''. By unit `units` are told apart, all others together as OTHER_UNITS: of
    thousands only the largest are compared one by one. The counts sum to the complaints of the period.
    """
    asked = _asked(scope, filters, settings)
    asked.values["units"] = None if units is None else sorted(units)
    frame = _durations(scope, asked, _HANDLING, by, ("whole",), settings)
    return frame.drop(columns="span").rename(columns={"is_over": "is_closed"})


def stage_days(
    scope: Scope, filters: Filters, by: By | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return how many stays in a stage took so many whole days: group, name, stage, days, is_left, visit_count.

    Of complaints received in the period. A stay lasts until the next step, at last until the closing; one not yet
    left runs to the data date. What is answered waits only for the writer's rating and counts once that is there.
    A stage returned to is stayed in twice.
    """
    asked = _asked(scope, filters, settings)
    frame = _durations(scope, asked, _STAGE, by, STAGES, settings)
    return frame.rename(columns={"span": "stage", "is_over": "is_left", "complaint_count": "visit_count"})


def stage_dwell(
    scope: Scope, filters: Filters, by: By | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the stays in each stage: group, name, stage, visit_count, left_count, p50, p90, limit_days, over_share.

    p50 and p90 are whole days after which half, nine tenths have been left, those still open counting as long as
    they have lasted (Kaplan and Meier, 1958); nan where so many have not yet. `over_share` is the share beyond
    `limit_days` among those left or open beyond it; nan for a stage without a limit of its own. Stays of negative
    length count for `visit_count` alone. Stages are in the order of STAGES.
    """
    frame = stage_days(scope, filters, by, settings=settings)
    key = ["group", "name", "stage"]
    counts = frame["visit_count"].to_numpy(float)
    limits = frame["stage"].map(STAGE_LIMIT_DAYS).to_numpy(float)
    left, is_over = frame["is_left"].to_numpy(bool), frame["days"].to_numpy() >= limits
    told = frame.assign(
        left_count=counts * left, over=counts * is_over, told=counts * (left & (frame["days"] >= 0) | is_over)
    )
    found = told.groupby(key, as_index=False)[["visit_count", "left_count", "over", "told"]].sum()
    found = found.merge(_quantiles(frame[frame["days"] >= 0], key), on=key, how="left")
    found["limit_days"] = found["stage"].map(STAGE_LIMIT_DAYS)
    share = found["over"] / found["told"].where(found["told"] > 0)
    found["over_share"] = share.where(found["limit_days"].notna())
    found["order"] = found["stage"].map({stage: number for number, stage in enumerate(STAGES)})
    found = found.sort_values(["group", "order"], ignore_index=True).astype({"left_count": int})
    return found[[*key, "visit_count", "left_count", "p50", "p90", "limit_days", "over_share"]]


def _quantiles(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return p50 and p90 of the product-limit estimate for each group, from counts by day; nan where not reached."""
    ended = frame["visit_count"].where(frame["is_left"], 0)
    daily = frame.assign(ended=ended).groupby([*key, "days"], as_index=False)[["visit_count", "ended"]].sum()
    groups = daily.groupby(key)
    total = groups["visit_count"].transform("sum")
    at_risk = total - groups["visit_count"].cumsum() + daily["visit_count"]
    daily["still"] = (1 - daily["ended"] / at_risk).groupby([daily[name] for name in key]).cumprod()
    found = daily[key].drop_duplicates()
    for name, share in (("p50", 0.5), ("p90", 0.1)):
        first = daily[daily["still"] <= share + 1e-12].groupby(key, as_index=False)[["days"]].first()
        found = found.merge(first.rename(columns={"days": name}).astype({name: float}), on=key, how="left")
    return found


def _durations(
    scope: Scope,
    asked: _Asked,
    query: Query,
    by: By | None,
    spans: tuple[str, ...],
    settings: Settings | None,
) -> pd.DataFrame:
    """Return group, name, span, days, is_over, complaint_count from the roll-up, or by a query over the facts."""
    keys = ["span", "days", "is_over"]
    values = asked.values | asked.areas(by) | {"asked_spans": list(spans)}
    is_rolled = is_whole_months(*asked.period) and _is_coarse(values)
    if by == "unit":
        rolled = _HANDLING_UNIT if query == _HANDLING else query
    else:
        rolled = _DURATION if scope.units == (ALL,) else query
    with store(settings).reader(scope) as reader:
        frame = fetch(reader, rolled if is_rolled else query, values)
    if by == "region":
        frame = frame.rename(columns={"part": "region_code"})
        if is_rolled and rolled == _DURATION:
            frame = _with_rest(frame, asked, keys, ("complaint_count",))
        else:
            frame["region_code"] = _part_of(asked, frame["region_code"])
        frame = frame.rename(columns={"region_code": "part"})
        frame = frame.groupby(["part", *keys], as_index=False)[["complaint_count"]].sum()
    frame = frame[["part", *keys, "complaint_count"]].sort_values(["part", *keys], ignore_index=True)
    units = {**_units(scope, settings), OTHER_UNITS: OTHER_UNITS_NAME} if by == "unit" else None
    met = pd.Series(frame["part"].unique())
    names = _names(asked, by, met, units) if by else ["合计"] * len(met)
    frame.insert(1, "name", frame["part"].map(dict(zip(met, names, strict=True))))
    return frame.rename(columns={"part": "group"}).astype(
        {"days": int, "is_over": bool, "complaint_count": int}
    )


def topics(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> Topics:
    """Return how complaints received in the period lie over places and topics, and how many of them repeat."""
    asked = _asked(scope, filters, settings)
    is_rolled = is_whole_months(*asked.period)
    with store(settings).reader(scope) as reader:
        frame = _spread(reader, asked) if is_rolled else fetch(reader, _TOPIC, asked.values)
        places = fetch_arrays(reader, _PLACE, asked.values | {"is_rolled": is_rolled})["place_count"]
    key = ["industry_code", "category"]
    told = frame.assign(complaint_count=frame["complaint_count"] * frame["place_count"])
    repeats = told.groupby(key, as_index=False)[["complaint_count", "repeat_count"]].sum()
    histogram = frame[[*key, "complaint_count", "place_count"]]
    return Topics(histogram, repeats, int(places[0]) if len(places) else 0)


def _spread(reader: Reader, asked: _Asked) -> pd.DataFrame:
    """Return what analysis_topic.sql does from the roll-up by place, topic and month.

    Cells are numbered on, so that millions of rows are summed by their place in an array, in a third of the time
    that grouping them takes.
    """
    known = fetch_arrays(reader, _TOPICS, {})
    sums = np.zeros(0)
    for rows in fetch_batches(reader, _TOPIC_ROLLED, asked.values | {"base": _BASE}):
        more = np.bincount(rows["cell"], weights=rows["told"])
        sums = np.pad(sums, (0, max(len(more) - len(sums), 0)))
        sums[: len(more)] += more
    cells = np.flatnonzero(sums)
    told = sums[cells].astype(np.int64)
    repeat_count, complaint_count = told >> _BASE_BITS, told & (_BASE - 1)
    # The cells of a topic lie together.
    ends = np.searchsorted(cells, [*known["first_cell"][1:], len(sums)])
    topic = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    most = int(complaint_count.max(initial=0)) + 1
    met, kinds = pd.factorize(topic * most + complaint_count, sort=True)
    topic, complaint_count = kinds // most, kinds % most
    return pd.DataFrame(
        {
            "industry_code": known["industry_code"][topic],
            "category": known["category"][topic],
            "complaint_count": complaint_count,
            "place_count": np.bincount(met, minlength=len(kinds)),
            "repeat_count": np.bincount(met, weights=repeat_count, minlength=len(kinds)).astype(int),
        }
    )


def repeats(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return how soon what was closed came back: days from the closing, is_repeated, complaint_count.

    One complaint for each received in the period and closed by now: until the first later one that repeats it, of
    the same industry, within `repeat_days`; else not repeated, and watched until the data date, or for
    `repeat_days`: nothing is looked for beyond.
    """
    asked = _asked(scope, filters, settings)
    limit = (settings or process_settings()).repeat_days
    frame = _durations(scope, asked, _RETURN, None, ("return",), settings)
    frame["days"] = frame["days"].clip(upper=limit)
    frame = frame.groupby(["days", "is_over"], as_index=False)[["complaint_count"]].sum()
    return frame.rename(columns={"is_over": "is_repeated"})


def clusters(
    scope: Scope,
    filters: Filters,
    page: int = 1,
    *,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the problems that several complaints in scope tell of, the hottest first.

    Those with a complaint received in the period. Columns: cluster_id, region_code, region_name, industry_code,
    industry_name, category, representative_id, subject, text (of the most representative), complaint_count,
    period_count (received in the period), writer_count, unsigned_count, open_count, recent_count, heat (share of
    recent ones), first_at, last_at. `writer_count` under 5 is to be shown masked.
    """
    asked = _asked(scope, filters, settings)
    rows = rows or (settings or process_settings()).list_page_rows
    paging = {"rows": rows, "skipped": (max(page, 1) - 1) * rows}
    with store(settings).reader(scope) as reader:
        frame = fetch(reader, _CLUSTER, asked.values | paging)
    total = int(frame["total"].iloc[0]) if len(frame) else 0
    return Page(frame.drop(columns="total"), total)


def cluster_members(scope: Scope, cluster_id: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the complaints in scope that tell of one problem, the most representative first; none outside the scope.

    Columns: id, received_at, region_code, region_name, industry_code, industry_name, category, subject, text,
    is_closed, is_recent, representative_order.
    """
    with store(settings).reader(scope) as reader:
        return fetch(reader, _MEMBER, {"cluster": cluster_id})
