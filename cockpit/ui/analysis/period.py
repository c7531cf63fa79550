"""Section 阶段: months against what was to be expected, season, Spring Festival, days, early signals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from cockpit.analysis import season
from cockpit.analysis.concentration import contributions
from cockpit.analysis.rates import change
from cockpit.charts import band, calendar, decomposition, festival
from cockpit.queries import REMAINDER_NAME, Filters, Narrowing, analysis, last_year_period, previous_period
from cockpit.queries.filters import DAY, add_months
from cockpit.queries.measures import years
from cockpit.region_code import level
from cockpit.scope import Scope
from cockpit.ui import cached, narrowing, wording
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.panel import LIST, Panel, grid, period

MONTHS_SHOWN = 36
MONTHS_JUDGED = 24
EXCEEDANCE_MONTHS = 12
WEEKS_JUDGED, WEEKS_EVALUATED = 8, 26
WEEKS_BEHIND = 156
EVALUATION_DRAWS = 2
RISING_MONTHS = 3
FESTIVAL_YEARS = 4
SMOOTHED_DAYS = 7
CALENDAR_DAYS = 371
NOTHING = "所选范围内没有投诉。"
BASES = {"last_year": ("同比", last_year_period), "previous": ("环比", previous_period)}
KINDS: dict[str, Literal["region", "industry"]] = {"地区": "region", "行业": "industry"}
SIDES_TOLD = {1: "▲ 增加", -1: "▼ 减少", 0: "未见明显变化"}


def _series(rows: pd.DataFrame, kind: str, counted: str = "complaint_count") -> pd.DataFrame:
    """Return months or days of parts or industries with a row a time and a column a series: its kind, code and name."""
    codes = rows[f"{KINDS[kind]}_code"].unique()
    times = len(rows) // max(len(codes), 1)
    names = rows["name"].iloc[:: max(times, 1)]
    return pd.DataFrame(
        rows[counted].to_numpy(float).reshape(len(codes), times).T,
        pd.DatetimeIndex(rows.iloc[:times, 0]),
        pd.MultiIndex.from_arrays([[kind] * len(codes), codes, names]),
    )


def _watched(series: pd.DataFrame, edges: Sequence[date], judged: int) -> pd.DataFrame:
    """Return the last windows of each series against what was expected of them; see `season.watch`."""
    found = season.watch(series, edges, judged=judged)
    named = pd.DataFrame(found["series"].tolist(), found.index, ["kind", "code", "series_name"])
    return found.join(named).assign(end=found["start"] + pd.to_timedelta(found["days"] - 1, "D"))


def _month_edges(months: pd.Index) -> list[date]:
    """Return the first days of months in a row and the day after the last."""
    days = [month.date() for month in pd.DatetimeIndex(months)]
    return [*days, add_months(days[-1], 1) if days else date.min]


def _latest(found: pd.DataFrame) -> pd.DataFrame:
    """Return windows in the order to read them: the latest first, of one time the least by chance."""
    return found.sort_values(["start", "q_value"], ascending=[False, True])


def _shown(found: pd.DataFrame, head: str, written: str) -> tuple[pd.DataFrame, tuple[dict[str, str], ...]]:
    """Return windows as a table, and what each of its rows opens."""
    table = pd.DataFrame(
        {
            head: found["start"].dt.strftime(written),
            "类别": found["kind"],
            "名称": found["series_name"],
            "件数": [f"{one:,.0f}" for one in found["count"]],
            "预期": [f"{one:,.1f}" for one in found["expected"]],
            "99% 上限": [f"{one:,.0f}" for one in found["upper"]],
        }
    )
    told = zip(found["kind"], found["code"], found["series_name"], found["start"], found["end"], strict=True)
    return table.reset_index(drop=True), tuple(_opened(*one) for one in told)


def _opened(
    kind: str, code: str, name: str, start: date, end: date, *, repeat: bool | None = None
) -> dict[str, str]:
    """Return the address of the complaints of a part or an industry over some days, the filters aside."""
    is_place = kind == "地区"
    narrowed = Narrowing(
        start=pd.Timestamp(start).date(),
        end=pd.Timestamp(end).date(),
        own=(is_place and name == REMAINDER_NAME) or None,
        no_industry=(not is_place and not code) or None,
        repeat=repeat,
    )
    place = {"region" if is_place else "industry": code} if code else {}
    return place | narrowing.address(narrowed)


def expected(monthly: pd.Series) -> pd.DataFrame:
    """Return the last MONTHS_SHOWN of whole months beside what was to be expected of them.

    Columns: start, count, expected, upper, p_value, q_value (missing where not judged), is_exceeded, is_signal.
    """
    watched = season.watch(monthly.to_frame(), _month_edges(monthly.index), judged=MONTHS_JUDGED)
    shown = pd.DataFrame({"start": monthly.index, "count": monthly.to_numpy()}).tail(MONTHS_SHOWN)
    columns = ["expected", "upper", "p_value", "q_value", "is_exceeded", "is_signal"]
    shown = shown.join(watched[columns].set_axis(shown.index[len(shown) - len(watched) :]))
    for name in ("is_exceeded", "is_signal"):
        shown[name] = shown[name].eq(True)
    return shown


def _band(monthly: pd.Series, chosen: Filters) -> Panel:
    shown = expected(monthly)
    return Panel(
        key="period-band",
        title="月度走势与预期范围",
        chart=band.band(
            shown, unit="件", chosen=(f"{chosen.start:%Y-%m-01}", f"{chosen.end:%Y-%m-01}"), height=460
        )
        if len(shown)
        else None,
        reading=reading.band(shown) if len(shown) else "",
        definition="每月只用此前的数据预期：水平、趋势、季节、春节低落与回升（准泊松，过去的异常降权；Farrington 等 1996、"
        "Noufaily 等 2013）。阴影为预期至 99% 上限；菱形为高于上限且不少于 5 件；同看各月后 q≤0.05 才称超出偶然。"
        "需要 18 个月历史；浅蓝底为所选期间。点击一个月打开当月的投诉。",
        data=pd.DataFrame(
            {
                "月份": shown["start"].dt.strftime("%Y-%m"),
                "件数": shown["count"].astype(int),
                "预期件数": shown["expected"].round(2),
                "99% 上限": shown["upper"],
                "q 值": shown["q_value"].round(6),
                "异常升高": shown["is_exceeded"].map({True: "是", False: ""}),
                "超出偶然": shown["is_signal"].map({True: "是", False: ""}),
            }
        )
        if len(shown)
        else None,
        empty=NOTHING,
        picks=(("start", 0), ("end", 1)),
        opens=LIST,
        rows=None,
    )


def _changes(daily: pd.DataFrame, chosen: Filters) -> Panel:
    now = period(chosen)
    periods = {"now": now, **{base: period_of(*now) for base, (_, period_of) in BASES.items()}}
    counts = pd.DataFrame(
        {
            name: daily.loc[pd.Timestamp(start) : pd.Timestamp(end)].sum()
            for name, (start, end) in periods.items()
        }
    )
    counts = counts[counts.any(axis=1)].sort_values("now", ascending=False, kind="stable")
    codes, names = (counts.index.get_level_values(level) for level in (1, 2))
    counts.index = codes
    table = pd.DataFrame(
        {"行业": ["全部", *names], "本期（件）": [counts["now"].sum(), *counts["now"]]},
    )
    # For a period of a year both bases are one: the first of them names it.
    bases = {
        period_of(*now): (base, label, period_of(*now))
        for base, (label, period_of) in reversed(BASES.items())
    }
    told = []
    for base, label, before_period in bases.values():
        ratio = years(*now) / years(*before_period)
        whole = change(int(counts["now"].sum()), int(counts[base].sum()), exposure_ratio=ratio)
        parts = contributions(counts[base], counts["now"], exposure_ratio=ratio).reindex(counts.index)
        named = label if len(bases) > 1 else "同比（即环比）"
        told.append(reading.change(whole, named))
        table[f"{label}基数（件）"] = [whole.before, *parts["before"]]
        table[label] = [_percent(one) for one in (whole.percent, *parts["percent"])]
        table[f"{label}判断"] = [SIDES_TOLD[side] for side in (reading.side(whole), *parts["direction"])]
    shown = table.assign(
        **{
            str(name): table[name].map(lambda count: f"{count:,.0f}")
            for name in table.columns
            if str(name).endswith("（件）")
        }
    )
    return Panel(
        key="period-changes",
        title="同比与环比",
        chart=shown if len(counts) else None,
        reading="".join(told),
        definition="同比为上年同期，环比为紧接之前同样长的期间。两期件数以条件二项检验比较（Przyborowski、Wilenski 1940），"
        "按两期天数折算；各行业同看后 q≤0.05 才称增减。对比期不足 10 件不计百分比，只列件数。点击一行打开该行本期的投诉。",
        data=table,
        empty=NOTHING,
        marks=(
            narrowing.address(Narrowing(start=now[0], end=now[1])),
            *(_opened("行业", code, "", *now) for code in codes),
        ),
        opens=LIST,
    )


def _percent(value: float | None) -> str:
    return wording.NOTHING if value is None or pd.isna(value) else f"{value:+.1f}%"


def _decomposition(monthly: pd.Series) -> Panel:
    found = season.decompose(monthly)
    return Panel(
        key="period-stl",
        title="趋势与季节（STL）",
        chart=decomposition.decomposition(found.parts, unit="件") if found else None,
        reading=reading.decomposition(found),
        definition="STL 稳健分解（Cleveland 等 1990）：件数＝趋势＋季节＋其余。强度为该部分在方差中的占比"
        "（Wang、Smith、Hyndman 2006），0.6 以上为明显。首尾的趋势不稳，仅供描述。",
        data=pd.DataFrame(
            {
                "月份": pd.DatetimeIndex(found.parts.index).strftime("%Y-%m"),
                "件数": found.parts["count"].to_numpy(),
                "趋势": found.parts["trend"].round(3).to_numpy(),
                "季节": found.parts["season"].round(3).to_numpy(),
                "其余": found.parts["rest"].round(3).to_numpy(),
            }
        )
        if found
        else None,
        empty=reading.decomposition(None),
        rows=None,
    )


def _festival(daily: pd.Series) -> Panel:
    aligned = season.festival_aligned(daily)
    # A year that has begun to be told of only in part is compared over the days both have.
    aligned = aligned.loc[:, aligned.notna().sum() >= SMOOTHED_DAYS]
    test, sums = None, aligned.sum()
    if aligned.shape[1] > 1:
        last, before = aligned.columns[-1], aligned.columns[-2]
        both = aligned[[last, before]].dropna()
        if len(both) >= SMOOTHED_DAYS:
            test = change(int(both[last].sum()), int(both[before].sum()))
    smooth = aligned.rolling(SMOOTHED_DAYS, center=True, min_periods=SMOOTHED_DAYS).mean()
    return Panel(
        key="period-festival",
        title="春节前后对齐比较",
        chart=festival.festival(smooth, unit="件/日（7 日平均）") if aligned.shape[1] else None,
        reading=reading.festival(sums, test),
        definition="各年按距正月初一的天数对齐（春节在 1 月 21 日至 2 月 20 日间移动），自前 30 天至后 60 天；"
        "曲线为 7 日平均。只比较两年都有数据的天数。",
        data=aligned.rename(columns=lambda year: f"{year} 年（件）").rename_axis("距春节天数").reset_index(),
        empty="近年数据不含春节前后的日子。",
        rows=None,
    )


def _calendar(daily: pd.Series, chosen: Filters) -> Panel:
    first, last = period(chosen)
    start = max(first, last - timedelta(days=CALENDAR_DAYS - 1))
    days = daily[(daily.index >= pd.Timestamp(start)) & (daily.index <= pd.Timestamp(last))]
    frame = pd.DataFrame({"day": days.index, "count": days.to_numpy()})
    left_out = "（期间最后 53 周）" if start > first else ""
    return Panel(
        key="period-calendar",
        title=f"日历：每天受理件数{left_out}",
        chart=calendar.calendar(frame, unit="件") if days.sum() else None,
        reading=reading.weekdays(days),
        definition="一格一天，一列一周，自上而下为周一至周日；颜色越深件数越多；点击一天打开当天的投诉。周末与节假日受理少多为渠道作息所致。",
        data=pd.DataFrame(
            {"日期": pd.DatetimeIndex(days.index).strftime("%Y-%m-%d"), "件数": days.to_numpy().astype(int)}
        ),
        empty="所选期间没有投诉。",
        picks=(("start", "day"), ("end", "day")),
        opens=LIST,
    )


def _exceedances(months: pd.DataFrame) -> Panel:
    found = _watched(months, _month_edges(months.index), EXCEEDANCE_MONTHS)
    claimed = _latest(found[found["is_signal"]])
    table, marks = _shown(claimed, "月份", "%Y-%m")
    return Panel(
        key="period-exceedances",
        title=f"异常升高的地区与行业（近 {EXCEEDANCE_MONTHS} 个月）",
        chart=table if len(table) else None,
        reading=reading.exceedances(found, claimed),
        definition="每个下级地区、每个行业逐月与只用此前数据得出的预期比较；高于 99% 上限、不少于 5 件，且全部同看后 q≤0.05 才列出。"
        "点击一行打开这些投诉。",
        data=table,
        empty=reading.exceedances(found, claimed),
        marks=marks,
        opens=LIST,
        rows=None,
    )


def _weekly(days: Sequence[pd.DataFrame], last: date) -> tuple[pd.DataFrame, list[date]]:
    """Return counts by week up to the last day (rows) of all series, and the edges of the weeks.

    `days` has daily counts of both kinds of series; those outside the weeks looked at are left out.
    """
    edges = [last + DAY - timedelta(days=7 * weeks) for weeks in range(WEEKS_BEHIND, -1, -1)]
    inside = pd.concat([one.loc[pd.Timestamp(edges[0]) : pd.Timestamp(last)] for one in days], axis=1)
    kinds, codes = (inside.columns.get_level_values(place) for place in (0, 1))
    # A village has too few complaints for any week to say something.
    kept = inside.loc[
        :,
        np.array(
            [kind == "行业" or level(code) != "village" for kind, code in zip(kinds, codes, strict=True)],
            bool,
        ),
    ]
    weeks = kept.to_numpy().reshape(WEEKS_BEHIND, 7, -1).sum(axis=1)
    return pd.DataFrame(weeks, columns=kept.columns), edges


def early(scope: Scope, chosen: Filters, last: date) -> pd.DataFrame:
    """Return the early signals of the last WEEKS_JUDGED weeks up to a day, the latest first: kind, code, series_name,
    start, end, count, expected, upper. A week and the one before lay above what was to be expected; no villages.
    """
    found = _watched(*_weekly(_daily(scope, chosen, last), last), WEEKS_JUDGED)
    return _latest(found[found["is_early"]])


def _daily(scope: Scope, chosen: Filters, last: date) -> list[pd.DataFrame]:
    start = last + DAY - timedelta(days=7 * WEEKS_BEHIND)
    return [_series(analysis.days(scope, chosen, start, last, by), kind) for kind, by in KINDS.items()]


def _signals(days: Sequence[pd.DataFrame], last: date) -> Panel:
    found = _watched(*_weekly(days, last), WEEKS_JUDGED)
    table, marks = _shown(_latest(found[found["is_early"]]), "该周起", "%Y-%m-%d")
    return Panel(
        key="period-signals",
        title=f"早期信号（近 {WEEKS_JUDGED} 周）",
        chart=table if len(table) else None,
        reading=reading.signals(found, "地区或行业"),
        definition="一周件数连续两周高于只用此前数据得出的 99% 上限且不少于 5 件，即为早期信号。"
        "误报率与发现所需天数在本页数据上实测，见下。村级件数太少，不作周度判断。点击一行打开该周的投诉。",
        data=table,
        empty=reading.signals(found, "地区或行业"),
        marks=marks,
        opens=LIST,
        rows=None,
    )


def _rising(scope: Scope, chosen: Filters, repeats: pd.DataFrame) -> Panel:
    """Return the panel of parts with a red alert left open whose repeats rise, over the last three whole months."""
    last = repeats.tail(2 * RISING_MONTHS).droplevel([0, 2], axis=1)
    table = pd.DataFrame(columns=["name", "red", "now", "before", "percent", "direction"])
    days: tuple[date, ...] = ()
    if len(last) == 2 * RISING_MONTHS:
        days = last.index[RISING_MONTHS].date(), (last.index[-1] + pd.offsets.MonthEnd(0)).date()
        red = analysis.red_open_counts(scope, replace(chosen, start=days[0], end=days[1]))
        names = dict(zip(last.columns, repeats.columns.get_level_values(2), strict=True))
        table = contributions(last.head(RISING_MONTHS).sum(), last.tail(RISING_MONTHS).sum()).assign(
            name=lambda rows: rows.index.map(names),
            red=lambda rows: [red.get(code, 0) for code in rows.index],
        )
    told = table[(table["red"] > 0) & (table["direction"] == 1)]
    shown = table[(table["red"] > 0) | (table["direction"] == 1)]
    exported = pd.DataFrame(
        {
            "地区": shown["name"],
            "未处置红色预警": shown["red"].astype(int),
            "近三月重复投诉": shown["now"],
            "之前三月": shown["before"],
            "变化": [_percent(one) for one in shown["percent"]],
            "判断": [SIDES_TOLD[side] for side in shown["direction"]],
        }
    )
    return Panel(
        key="period-rising",
        title="早期信号：红色预警与重复投诉同升",
        chart=exported if len(exported) else None,
        reading=reading.rising(told, len(table)),
        definition="近三个整月有未处置的红色预警，且重复投诉（办结后再次投诉）比之前三个月增加超出偶然"
        "（条件二项检验，各地区同看 q≤0.05）。两者同时才算早期信号；表中列出其一者。点击一行打开近三月的重复投诉。",
        data=exported,
        empty=reading.rising(told, len(table)),
        marks=tuple(
            _opened("地区", str(code), name, *days, repeat=True) for code, name in shown["name"].items()
        ),
        opens=LIST,
        rows=None,
    )


@cached.by_scope
def measured(scope: Scope, chosen: Filters) -> str:
    """Return how the early signals fare on these very series, in a sentence: spikes injected, alarms counted."""
    last = cached.build(scope).as_of.date()
    counts, edges = _weekly(_daily(scope, chosen, last), last)
    if not counts.shape[1]:
        return reading.evaluation(None, 0)
    found = season.evaluate(counts, edges, judged=WEEKS_EVALUATED, draws=EVALUATION_DRAWS)
    return reading.evaluation(found, counts.shape[1])


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters."""
    last = cached.build(scope).as_of.date()
    by_region, by_industry = (analysis.months(scope, chosen, by) for by in KINDS.values())
    first = by_industry["month"].min().date() if len(by_industry) else last
    by_region, by_industry = (rows[rows["is_whole"].astype(bool)] for rows in (by_region, by_industry))
    # The first month may have begun in its middle: taken for a whole one it would be a rise that never was.
    months = [_series(by_region, "地区").iloc[1:], _series(by_industry, "行业").iloc[1:]]
    monthly = months[1].sum(axis=1)
    weeks = last + DAY - timedelta(days=7 * WEEKS_BEHIND)
    festivals = date(last.year - FESTIVAL_YEARS + 1, 1, 1) - timedelta(days=45)
    now = period(chosen)
    looked_at = min(now[0], festivals, *(before(*now)[0] for _, before in BASES.values()))
    days = [
        _series(analysis.days(scope, chosen, weeks, last, "region"), "地区"),
        # Years of them by industry, which tell the whole too.
        _series(
            analysis.days(scope, chosen, min(weeks, max(first, looked_at)), max(last, now[1]), "industry"),
            "行业",
        ),
    ]
    daily = days[1].loc[: pd.Timestamp(last)].sum(axis=1)
    # Before the first complaint nothing was counted yet.
    daily = daily[daily.ne(0).cummax()]
    return (
        (_band(monthly, chosen), _changes(days[1], chosen)),
        (_decomposition(monthly), _festival(daily)),
        (_calendar(daily, chosen),),
        (_exceedances(pd.concat(months, axis=1)), _signals(days, last)),
        (_rising(scope, chosen, _series(by_region, "地区", "repeat_count")),),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    grid(panels(scope, chosen), scope, chosen)
    # A second or more of computing: only for who asks.
    if st.toggle("实测早期信号的误报率与发现所需天数（约需数秒）", key="measure"):
        st.info(measured(scope, chosen), icon=":material/experiment:")
