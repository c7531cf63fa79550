"""Section 对比: any two regions or periods side by side, each difference with its test."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.analysis.discovery import q_values
from cockpit.analysis.rates import change, share_change
from cockpit.analysis.survival import difference, kaplan_meier
from cockpit.charts import pair, survival
from cockpit.queries import Filters, analysis, last_year_period, previous_period
from cockpit.queries.measures import MEASURES, years
from cockpit.region_code import LEVEL_LABELS, level
from cockpit.scope import Scope
from cockpit.ui import cached, filters, wording
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.handling import curve
from cockpit.ui.analysis.panel import Panel, grid, period
from cockpit.ui.wording import PERSONS_MIN

REGION, FIRST, LAST = "with", "with_from", "with_to"
PERIODS = {"last_year": "上年同期", "previous": "上期", "same": "同一期间", "custom": "自定义"}
BASE_MIN = 10
FDR = 0.05
RATE_UNIT = MEASURES["complaint_rate"].unit
# Label, numerator, denominator, whether the denominator counts persons.
SHARES = (
    ("按期办结率", "on_time_count", "due_count", False),
    ("评价率", "rated_count", "complaint_count", True),
    ("满意率", "satisfied_count", "rated_count", True),
    ("再次反映占比", "repeat_count", "complaint_count", False),
)


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its words, its filters, its residents times years (None where unknown)."""

    name: str
    filters: Filters
    person_years: float | None


@cached.by_build
def _place(scope: Scope, region: str | None) -> tuple[str, float | None]:
    """Return the name and residents of a region, or of all of the scope; None where some are not known."""
    if region is None:
        rows = queries.region_roots(scope)
    else:
        rows = queries.region_path(scope, region)
        rows = rows[rows["code"] == region]
    residents = rows["population"].astype(float)
    known = len(rows) > 0 and bool((residents > 0).all())
    return "、".join(rows["name"]) or wording.NOTHING, float(residents.sum()) if known else None


def _side(scope: Scope, chosen: Filters, words: tuple[bool, bool]) -> Side:
    """Return a side; `words` says whether region and period tell it from the other."""
    start, end = period(chosen)
    name, residents = _place(scope, chosen.region)
    span = f"{start:%Y-%m} 至 {end:%Y-%m}"
    parts = [text for text, is_told in zip((name, span), words, strict=True) if is_told]
    return Side(" ".join(parts) or name, chosen, residents and residents * years(start, end))


def sides(scope: Scope, chosen: Filters, other: Filters) -> tuple[Side, Side]:
    """Return both sides, named by what they differ in."""
    words = (chosen.region != other.region, period(chosen) != period(other))
    return _side(scope, chosen, words), _side(scope, other, words)


def _totals(scope: Scope, side: Side) -> dict[str, int]:
    rows = analysis.region_counts(scope, side.filters)
    return {name: int(rows[name].sum()) for name in analysis.COUNTS if name != "handling_days_sum"}


def _months(scope: Scope, side: Side, by: str | None = None) -> pd.DataFrame:
    start, end = period(side.filters)
    rows = analysis.months(scope, side.filters, by="industry" if by else None)
    return rows[rows["month"].between(pd.Timestamp(start), pd.Timestamp(end))]


def _share(counts: Mapping[str, int], above: str, below: str, are_persons: bool) -> str:
    trials, successes = counts[below], counts[above]
    if not trials:
        return wording.NOTHING
    if are_persons and min(trials, counts["rated_count"]) < PERSONS_MIN:
        return f"有评价的 <{PERSONS_MIN} 件"
    if trials < BASE_MIN:
        return f"{successes}/{trials}"
    return f"{100 * successes / trials:.1f}%（{successes:,}/{trials:,}）"


def figures(
    totals: tuple[Mapping[str, int], Mapping[str, int]],
    exposures: tuple[float | None, float | None],
    spans: tuple[float, float] | None,
    durations: tuple[pd.DataFrame, pd.DataFrame],
) -> pd.DataFrame:
    """Return the main figures of two sides, each with its difference and test.

    `exposures` are residents times years, None where unknown; `spans` the years of both where the place is the same.
    Columns: label, first, second (as written), difference (for its sign), shown (the difference as written), p_value,
    q_value over all figures, is_judged, is_different (q ≤ 0.05). Complaints are compared per resident and year, or
    by the length of the periods of one place (exact two-count test), shares by their score test, durations by the
    log-rank test. A share on a base under 10, or of fewer than five persons, is not judged.
    """
    one, other = (each["complaint_count"] for each in totals)
    rows: list[tuple[str, str, str, float, str, float]] = []
    first, second = exposures
    has_rates = bool(first and second)
    ratio = first / second if first and second else spans[0] / spans[1] if spans else np.nan
    test = change(one, other, exposure_ratio=ratio) if np.isfinite(ratio) and one + other else None
    p, percent = (test.p_value, test.percent) if test else (np.nan, None)
    rows.append(
        (
            "受理件数",
            f"{one:,}",
            f"{other:,}",
            one - other * ratio,
            wording.NOTHING if percent is None else f"{'按人年' if has_rates else '按日数'} {percent:+.1f}%",
            np.nan if has_rates else p,
        )
    )
    rates = [
        1000 * count / exposure if exposure else np.nan
        for count, exposure in zip((one, other), exposures, strict=True)
    ]
    gap = rates[0] - rates[1]
    rows.append(
        (
            f"投诉率（{RATE_UNIT}）",
            wording.number(rates[0], 2),
            wording.number(rates[1], 2),
            gap,
            wording.NOTHING if np.isnan(gap) else f"{gap:+.2f}",
            p if has_rates else np.nan,
        )
    )
    for label, above, below, are_persons in SHARES:
        # Ratings may come before what they are a share of is told.
        counts = [(min(each[above], each[below]), each[below]) for each in totals]
        told = share_change(*counts[0], *counts[1])
        hidden = are_persons and min(each["rated_count"] for each in totals) < PERSONS_MIN
        judged = not hidden and min(counts[0][1], counts[1][1]) >= BASE_MIN
        shown = f"{100 * told.difference:+.1f} 点（{100 * told.low:+.1f} 至 {100 * told.high:+.1f}）"
        rows.append(
            (
                label,
                _share(totals[0], above, below, are_persons),
                _share(totals[1], above, below, are_persons),
                told.difference if judged else np.nan,
                shown if judged else wording.NOTHING,
                told.p_value if judged else np.nan,
            )
        )
    rows.append(_duration(*durations))
    frame = pd.DataFrame(rows, columns=["label", "first", "second", "difference", "shown", "p_value"])
    q = q_values(frame["p_value"].astype(float))
    return frame.assign(q_value=q, is_judged=np.isfinite(q), is_different=np.nan_to_num(q, nan=1.0) <= FDR)


def _duration(first: pd.DataFrame, second: pd.DataFrame) -> tuple[str, str, str, float, str, float]:
    columns = ("days", "is_closed", "complaint_count")
    found = [kaplan_meier(*(rows[column] for column in columns)) for rows in (first, second)]
    together = pd.concat([first.assign(is_first=True), second.assign(is_first=False)])
    test = None
    if all(one.items >= BASE_MIN for one in found):
        test = difference(
            *(together[column] for column in ("days", "is_closed", "is_first", "complaint_count"))
        )
    gap = found[0].median - found[1].median
    shown = wording.NOTHING if np.isnan(gap) else f"{gap:+.0f} 天" if gap else "相同"
    written = ["未过半" if one.items else wording.NOTHING for one in found]
    for number, one in enumerate(found):
        if one.median == one.median:
            low = f"{one.median_low:.0f}"
            high = f"{one.median_high:.0f}" if one.median_high == one.median_high else "未定"
            written[number] = f"{one.median:.0f} 天（{low}–{high}）"
    # Sooner is less; medians may be the same where the curves are not.
    side, p = (-test.direction, test.p_value) if test else (np.nan, np.nan)
    return ("办理时长（半数办结）", written[0], written[1], side, shown, p)


def _figures(both: tuple[Side, Side], rows: pd.DataFrame) -> Panel:
    verdict = [
        ("▲ 较高" if gap > 0 else "▼ 较低") if differs else "无明显差异" if judged else wording.NOTHING
        for judged, differs, gap in zip(
            rows["is_judged"], rows["is_different"], rows["difference"], strict=True
        )
    ]
    names = _columns(both)
    frame = pd.DataFrame(
        {
            "指标": rows["label"],
            names[0]: rows["first"],
            names[1]: rows["second"],
            "差异": rows["shown"],
            "判断": verdict,
        }
    )
    return Panel(
        key="compare-figures",
        title="主要指标",
        chart=frame,
        reading=reading.pair(rows, names[0], names[1]),
        definition="件数按人口与期间长短折算后用两数比较的精确检验，比率用计分检验（括号内为差值的 95% 区间，Newcombe 1998），"
        "办理时长用对数秩检验（未办结的计入）；各项一并考虑后 q≤0.05 才称有差异。基数不足 10 的比率不判断；有评价的不足 5 件的不列。"
        "没有人口数据时，同一地区按期间长短折算，不同地区不比较件数。办结率受近期受理件尚未办结的影响，故不列，以办理时长代之。",
        data=frame.assign(**{"q 值": rows["q_value"].round(6)}),
        widths=(("指标", "medium"), ("差异", "medium")),
    )


def _columns(both: tuple[Side, Side]) -> tuple[str, str]:
    """Return the names of both sides, told apart even where they are the same."""
    first, second = both[0].name, both[1].name
    return (first, second) if first != second else (f"{first}（甲）", f"{second}（乙）")


def _lines(scope: Scope, both: tuple[Side, Side]) -> Panel:
    names = _columns(both)
    has_rates = all(side.person_years for side in both)
    parts = []
    for side, name in zip(both, names, strict=True):
        rows = _months(scope, side)
        # As many residents each month: a twelfth of a year of each.
        residents = (side.person_years or 0) / years(*period(side.filters))
        value = (
            12_000 * rows["complaint_count"] / residents
            if has_rates
            else rows["complaint_count"].astype(float)
        )
        first = pd.Timestamp(period(side.filters)[0])
        number = (rows["month"].dt.year - first.year) * 12 + rows["month"].dt.month - first.month + 1
        parts.append(
            pd.DataFrame(
                {
                    "side": name,
                    "number": number,
                    "month": rows["month"].dt.strftime("%Y-%m"),
                    "count": rows["complaint_count"].astype(int),
                    "value": value,
                }
            )
        )
    drawn = pd.concat(parts, ignore_index=True)
    unit = RATE_UNIT if has_rates else "件"
    means = [part["value"].mean() for part in parts]
    said = (
        f"各月平均：{names[0]} {wording.number(means[0], 2)}，{names[1]} {wording.number(means[1], 2)}（{unit}）；是否超出偶然见主要指标。"
        if len(drawn)
        else ""
    )
    return Panel(
        key="compare-lines",
        title="逐月走势",
        chart=pair.lines(drawn, names, unit=unit) if len(drawn) else None,
        reading=said,
        definition="两边按各自期间的第几个月对齐。有人口数据时为折成一年的每千人投诉量，否则为件数；按受理月份计。",
        data=pd.DataFrame(
            {
                "对象": drawn["side"],
                "月份": drawn["month"],
                "件数": drawn["count"],
                f"数值（{unit}）": drawn["value"].round(4),
            }
        ),
        empty="两边都没有投诉。",
        rows=None,
    )


def mix(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Return each industry's share of both sides: first_count, second_count, first, second, p_value, q_value, is_different.

    Both count complaints by industry; matched by label, the largest first. A side without complaints has no shares.
    """
    frame = pd.DataFrame({"first_count": first, "second_count": second}).fillna(0).astype(int)
    totals = frame.sum()
    order = frame.sum(axis=1).sort_values(ascending=False, kind="stable").index
    frame = frame.loc[order]
    for side in ("first", "second"):
        frame[side] = frame[f"{side}_count"] / (totals[f"{side}_count"] or np.nan)
    frame["p_value"] = [
        share_change(int(one), int(totals["first_count"]), int(other), int(totals["second_count"])).p_value
        for one, other in zip(frame["first_count"], frame["second_count"], strict=True)
    ]
    frame["q_value"] = q_values(frame["p_value"].astype(float))
    return frame.assign(is_different=frame["q_value"].fillna(1.0) <= FDR)


def _mix(scope: Scope, both: tuple[Side, Side]) -> Panel:
    names = _columns(both)
    first, second = (
        _months(scope, side, "industry").groupby("name")["complaint_count"].sum() for side in both
    )
    rows = mix(first, second)
    rows = rows[(rows["first_count"] > 0) | (rows["second_count"] > 0)].reset_index(names="name")
    told = rows.assign(
        label=rows["name"],
        difference=rows["first"] - rows["second"],
        is_judged=rows["q_value"].notna(),
    )
    return Panel(
        key="compare-mix",
        title="行业构成",
        chart=pair.shares(rows, names, what="占比") if len(rows) else None,
        reading=reading.pair(told, names[0], names[1], "个行业的占比"),
        definition="各行业占本边全部投诉的比例；◆ 为差异超出偶然（计分检验，错误发现率 q≤0.05）。",
        data=pd.DataFrame(
            {
                "行业": rows["name"],
                **{
                    f"{name}{what}": rows[column].round(4)
                    for name, side in zip(names, ("first", "second"), strict=True)
                    for what, column in (("件数", f"{side}_count"), ("占比", side))
                },
                "q 值": rows["q_value"].round(6),
            }
        ),
        empty="两边都没有投诉。",
        rows=None,
    )


def _durations(both: tuple[Side, Side], days: tuple[pd.DataFrame, pd.DataFrame]) -> Panel:
    names = _columns(both)
    columns = ("days", "is_closed", "complaint_count")
    found = [kaplan_meier(*(rows[column] for column in columns)) for rows in days]
    drawn = pd.concat([curve(name, one) for one, name in zip(found, names, strict=True)], ignore_index=True)
    said = "；".join(
        f"{name}半数在 {one.median:.0f} 天内办结" if one.median == one.median else f"{name}办结不足一半"
        for one, name in zip(found, names, strict=True)
        if one.items
    )
    return Panel(
        key="compare-durations",
        title="办理时长：受理后尚未办结的占比",
        chart=survival.survival(drawn, x_title="受理后（天）", y_title="尚未办结（%）")
        if len(drawn)
        else None,
        reading=f"{said}；是否超出偶然见主要指标。" if said else "",
        definition="Kaplan–Meier 曲线：未办结的按已等待天数计入；带状为 95% 区间。",
        data=pd.DataFrame(
            {
                "对象": drawn["group"],
                "受理后天数": drawn["day"],
                "在办件数": drawn["at_risk"],
                "尚未办结（%）": (100 * drawn["share"].astype(float)).round(3),
            }
        ),
        empty="两边都没有可计时的投诉。",
        # An empty text clears a filter of the first side.
        rows=tuple(({"region": "", "industry": ""} | filters.address(both[1].filters)).items()),
        rows_label="查看对比一方的投诉",
    )


@cached.by_scope
def panels(scope: Scope, chosen: Filters, other: Filters) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of two sides: the filters in force, and the others."""
    both = sides(scope, chosen, other)
    days = (analysis.handling_days(scope, chosen), analysis.handling_days(scope, other))
    totals = (_totals(scope, both[0]), _totals(scope, both[1]))
    spans = (years(*period(chosen)), years(*period(other))) if chosen.region == other.region else None
    rows = figures(totals, (both[0].person_years, both[1].person_years), spans, days)
    return (
        (_figures(both, rows),),
        (_lines(scope, both), _mix(scope, both), _durations(both, days)),
    )


def _region(scope: Scope, chosen: Filters) -> str | None:
    """Draw one select box a level for the other region and return it; the filters' own unless the address says so."""
    asked = st.query_params.get(REGION, "")
    other = chosen.region
    if asked and scope.holds_region(asked):
        other = asked
    above: str | None = None
    for depth, held in enumerate([*cached.steps(scope, other), None]):
        children = cached.children(scope, above)
        if not children:
            break
        label = LEVEL_LABELS[level(next(iter(children)))]
        key = f"compare-region-{depth}"
        st.session_state[key] = held or ""
        names = {"": f"全部{label}", **children}
        st.selectbox(
            f"对比{label}",
            list(names),
            key=key,
            format_func=names.__getitem__,
            on_change=_keep_region,
            args=(scope, key, above),
            width=190,
        )
        above = held
    return other


def _keep_region(scope: Scope, key: str, above: str | None) -> None:
    # With one root its code stands for the whole: nothing in the address is the filters' own region.
    root = scope.regions[0] if len(scope.regions) == 1 else None
    code = st.session_state[key] or above or root
    if code:
        st.query_params[REGION] = code
    else:
        st.query_params.pop(REGION, None)


def _other(scope: Scope, chosen: Filters) -> Filters:
    """Draw what the filters in force are held against, and return it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice("against", "对比期间", PERIODS)
        start, end = _period(scope, chosen, kind)
        region = _region(scope, chosen)
    if region == (scope.regions[0] if len(scope.regions) == 1 else None):
        region = None
    return replace(chosen, region=region, start=start, end=end)


def _period(scope: Scope, chosen: Filters, kind: str) -> tuple[date, date]:
    days = period(chosen)
    if kind == "previous":
        return previous_period(*days)
    if kind == "last_year":
        return last_year_period(*days)
    if kind == "same":
        return days
    start, end = last_year_period(*days)
    asked = [filters.month_of(st.query_params.get(name)) for name in (FIRST, LAST)]
    first, last = asked[0] or start.replace(day=1), asked[1] or end.replace(day=1)
    months = filters.months_offered(scope, first, last)
    for name, label, month in ((FIRST, "对比起始月", first), (LAST, "对比截止月", last)):
        st.session_state[f"compare-{name}"] = f"{month:%Y-%m}"
        st.selectbox(label, months, key=f"compare-{name}", on_change=_keep_month, args=(name,), width=130)
    first, last = sorted((first, last))
    return first, filters.month_end(last)


def _keep_month(name: str) -> None:
    st.query_params[name] = st.session_state[f"compare-{name}"]


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    other = _other(scope, chosen)
    if other == chosen:
        st.info("两边相同，请选择另一个地区或期间。", icon=":material/compare_arrows:")
        return
    grid(panels(scope, chosen, other), scope, chosen)
