"""Section 阶段: months against what was to be expected, season, Spring Festival, days, early signals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from cockpit.analysis import season
from cockpit.analysis.concentration import contributions
from cockpit.analysis.discovery import FDR, q_values
from cockpit.analysis.rates import change
from cockpit.charts import band, calendar, decomposition, festival
from cockpit.queries import Filters, analysis, last_year_period, overview, previous_period
from cockpit.queries.filters import DAY, add_months
from cockpit.queries.measures import years
from cockpit.region_code import level
from cockpit.scope import Scope
from cockpit.ui import cached, wording
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
KEYS = {"地区": "region_code", "行业": "industry_code"}
SIDES_TOLD = {1: "▲ 增加", -1: "▼ 减少", 0: "未见明显变化"}


def _monthly(scope: Scope, chosen: Filters) -> pd.Series:
    """Return counts by month, from the second with any to the last that is over by the data date; empty without.

    The first may have begun in its middle: taken for a whole one it would be a rise that never was.
    """
    rows = analysis.months(scope, chosen)
    whole = rows[rows["is_whole"].astype(bool)]
    return pd.Series(whole["complaint_count"].to_numpy(float), pd.DatetimeIndex(whole["month"])).iloc[1:]


def _band(monthly: pd.Series, chosen: Filters) -> Panel:
    edges = [day.date() for day in monthly.index]
    edges = [*edges, add_months(edges[-1], 1)] if edges else edges
    watched = (
        season.watch(pd.DataFrame({"count": monthly}), edges, judged=MONTHS_JUDGED)
        if edges
        else pd.DataFrame()
    )
    shown = monthly.tail(MONTHS_SHOWN).rename("count").rename_axis("start").reset_index()
    if len(watched):
        columns = ["start", "expected", "upper", "p_value", "q_value", "is_exceeded", "is_signal"]
        watched["start"] = pd.to_datetime(watched["start"])
        shown = shown.merge(watched[columns], on="start", how="left")
        for name in ("is_exceeded", "is_signal"):
            shown[name] = shown[name].eq(True)
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
        "需要 18 个月历史；浅蓝底为所选期间。",
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
        rows=None,
    )


def _changes(cells: pd.DataFrame, chosen: Filters) -> Panel:
    now = period(chosen)
    counts = cells.groupby("industry_code")[["now", *BASES]].sum().sort_values("now", ascending=False)
    names = cells.drop_duplicates("industry_code").set_index("industry_code")["industry_name"]
    table = pd.DataFrame(
        {
            "行业": ["全部", *names.reindex(counts.index)],
            "本期（件）": [counts["now"].sum(), *counts["now"]],
        }
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
        "按两期天数折算；各行业同看后 q≤0.05 才称增减。对比期不足 10 件不计百分比，只列件数。",
        data=table,
        empty=NOTHING,
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


def _exceedances(months: Mapping[str, pd.DataFrame]) -> Panel:
    found = pd.concat([_watched_months(rows, kind) for kind, rows in months.items()])
    found = found.assign(q_value=q_values(found["p_value"]) if len(found) else [])
    claimed = found[found["is_exceeded"].astype(bool) & (found["q_value"] <= FDR)].sort_values(
        ["start", "q_value"], ascending=[False, True]
    )
    table = pd.DataFrame(
        {
            "月份": [f"{one:%Y-%m}" for one in claimed["start"]],
            "类别": claimed["kind"].to_numpy(),
            "名称": claimed["series_name"].to_numpy(),
            "件数": [f"{one:,.0f}" for one in claimed["count"]],
            "预期": [f"{one:,.1f}" for one in claimed["expected"]],
            "99% 上限": [f"{one:,.0f}" for one in claimed["upper"]],
        }
    )
    return Panel(
        key="period-exceedances",
        title=f"异常升高的地区与行业（近 {EXCEEDANCE_MONTHS} 个月）",
        chart=table if len(table) else None,
        reading=reading.exceedances(found, claimed),
        definition="每个下级地区、每个行业逐月与只用此前数据得出的预期比较；高于 99% 上限、不少于 5 件，且全部同看后 q≤0.05 才列出。",
        data=table,
        empty=reading.exceedances(found, claimed),
        rows=None,
    )


def _watched_months(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    whole, key = rows[rows["is_whole"].astype(bool)], KEYS[kind]
    wide = whole.pivot_table(index="month", columns=key, values="complaint_count", aggfunc="sum")
    # The first month may have begun in its middle.
    edges = [pd.Timestamp(month).date() for month in wide.index[1:]]
    edges.append(add_months(edges[-1], 1) if edges else date.min)
    found = season.watch(wide.iloc[1:], edges, judged=EXCEEDANCE_MONTHS)
    names = dict(zip(rows[key], rows["name"], strict=True))
    return found.assign(kind=kind, series_name=found["series"].map(names))


def _weekly(days: Mapping[str, pd.DataFrame], last: date) -> tuple[pd.DataFrame, list[date]]:
    """Return counts by week up to the last day (rows) and series (columns `kind|name`), and the edges of the weeks.

    `days` has daily counts by kind of series; those before the weeks looked at are left out.
    """
    edges = [last + DAY - timedelta(days=7 * weeks) for weeks in range(WEEKS_BEHIND, -1, -1)]
    columns: dict[str, NDArray[np.float64]] = {}
    for kind, rows in days.items():
        # A village has too few complaints for any week to say something.
        villages = [code for code in rows[KEYS[kind]].unique() if kind == "地区" and level(code) == "village"]
        kept = rows[~rows[KEYS[kind]].isin(villages)]
        if not len(kept):
            continue
        wide = kept.pivot_table(
            index="day", columns=[KEYS[kind], "name"], values="complaint_count", aggfunc="sum"
        )
        inside = wide[wide.index >= pd.Timestamp(edges[0])].to_numpy(float)
        for column, name in enumerate(wide.columns.get_level_values("name")):
            columns[f"{kind}|{name}"] = inside[:, column].reshape(-1, 7).sum(axis=1)
    return pd.DataFrame(columns, index=range(WEEKS_BEHIND)), edges


def _days(scope: Scope, chosen: Filters, last: date) -> dict[str, pd.DataFrame]:
    """Return daily counts by kind of series: years of them by industry, which tell the whole too."""
    festivals = date(last.year - FESTIVAL_YEARS + 1, 1, 1) - timedelta(days=45)
    weeks = last + DAY - timedelta(days=7 * WEEKS_BEHIND)
    return {
        "地区": analysis.days(scope, chosen, weeks, last, "region"),
        "行业": analysis.days(scope, chosen, min(festivals, weeks, chosen.start or last), last, "industry"),
    }


def _signals(days: Mapping[str, pd.DataFrame], last: date) -> Panel:
    counts, edges = _weekly(days, last)
    found = season.watch(counts, edges, judged=WEEKS_JUDGED)
    series = [str(one).partition("|") for one in found["series"]]
    found = found.assign(kind=[one[0] for one in series], series_name=[one[2] for one in series])
    recent = found[found["is_early"].astype(bool)].sort_values(["start", "q_value"], ascending=[False, True])
    table = pd.DataFrame(
        {
            "该周起": [f"{one:%Y-%m-%d}" for one in recent["start"]],
            "类别": recent["kind"].to_numpy(),
            "名称": recent["series_name"].to_numpy(),
            "件数": [f"{one:,.0f}" for one in recent["count"]],
            "预期": [f"{one:,.1f}" for one in recent["expected"]],
            "99% 上限": [f"{one:,.0f}" for one in recent["upper"]],
        }
    )
    return Panel(
        key="period-signals",
        title=f"早期信号（近 {WEEKS_JUDGED} 周）",
        chart=table if len(table) else None,
        reading=reading.signals(found, "地区或行业"),
        definition="一周件数连续两周高于只用此前数据得出的 99% 上限且不少于 5 件，即为早期信号。"
        "误报率与发现所需天数在本页数据上实测，见下。村级件数太少，不作周度判断。",
        data=table,
        empty=reading.signals(found, "地区或行业"),
        rows=None,
    )


def _rising(scope: Scope, chosen: Filters, by_region: pd.DataFrame) -> Panel:
    """Return the panel of parts with a red alert left open whose repeats rise, over the last three whole months."""
    whole = by_region[by_region["is_whole"].astype(bool)]
    months = sorted(whole["month"].unique())[-2 * RISING_MONTHS :]
    table = pd.DataFrame(columns=["name", "red", "now", "before", "percent", "direction"])
    if len(months) == 2 * RISING_MONTHS:
        counts = [
            whole[whole["month"].isin(some)].groupby("region_code")["repeat_count"].sum()
            for some in (months[:RISING_MONTHS], months[RISING_MONTHS:])
        ]
        last = pd.Timestamp(months[-1]) + pd.offsets.MonthEnd(0)
        alerts = overview(
            scope,
            replace(chosen, start=pd.Timestamp(months[RISING_MONTHS]).date(), end=last.date(), level="red"),
        ).alert_by_region
        red = alerts.set_index("region_code")["red_open_count"]
        table = contributions(*counts).assign(
            name=lambda rows: rows.index.map(dict(zip(whole["region_code"], whole["name"], strict=True))),
            red=lambda rows: red.reindex(rows.index).fillna(0),
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
        "（条件二项检验，各地区同看 q≤0.05）。两者同时才算早期信号；表中列出其一者。",
        data=exported,
        empty=reading.rising(told, len(table)),
        rows=None,
    )


@cached.by_scope
def measured(scope: Scope, chosen: Filters) -> str:
    """Return how the early signals fare on these very series, in a sentence: spikes injected, alarms counted."""
    last = cached.build(scope).as_of.date()
    counts, edges = _weekly(_days(scope, chosen, last), last)
    if not counts.shape[1]:
        return reading.evaluation(None, 0)
    found = season.evaluate(counts, edges, judged=WEEKS_EVALUATED, draws=EVALUATION_DRAWS)
    return reading.evaluation(found, counts.shape[1])


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters."""
    monthly = _monthly(scope, chosen)
    last = cached.build(scope).as_of.date()
    days = _days(scope, chosen, last)
    months = {
        "地区": analysis.months(scope, chosen, "region"),
        "行业": analysis.months(scope, chosen, "industry"),
    }
    daily = days["行业"].groupby("day")["complaint_count"].sum()
    # Before the first complaint nothing was counted yet.
    daily = daily[daily.ne(0).cummax()]
    return (
        (_band(monthly, chosen), _changes(analysis.region_industry(scope, chosen), chosen)),
        (_decomposition(monthly), _festival(daily)),
        (_calendar(daily, chosen),),
        (_exceedances(months), _signals(days, last)),
        (_rising(scope, chosen, months["地区"]),),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    grid(panels(scope, chosen), scope, chosen)
    # A second or more of computing: only for who asks.
    if st.toggle("实测早期信号的误报率与发现所需天数（约需数秒）", key="measure"):
        st.info(measured(scope, chosen), icon=":material/experiment:")
