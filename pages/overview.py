"""Overview (总览): the state of complaints and alerts, and the way down."""

import json
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.analysis.rates import empirical_bayes
from cockpit.charts import alert_stages, industries, monthly, ranking, region_map
from cockpit.queries import Filters, Overview
from cockpit.queries.measures import MEASURES, years
from cockpit.scope import Scope
from cockpit.ui import cached, cards, filters, frame
from cockpit.ui.cards import Card
from cockpit.ui.panel import Panel

TITLE = "总览"
ICON = ":material/dashboard:"

COMPLAINT_MEASURES = (
    "complaint_count",
    "closure_rate",
    "on_time_rate",
    "complaint_overdue_count",
    "satisfaction_rate",
    "response_rate",
)
ALERT_MEASURES = (
    "alert_count",
    "red_open_count",
    "alert_overdue_count",
    "verified_rate",
    "substantiation_rate",
    "recovered",
)
RATE_UNIT = MEASURES["complaint_rate"].unit
RANKED_MAX = 15
PANELS_A_ROW = 3


@dataclass(frozen=True)
class Drawing:
    """All that the page draws: two rows of cards and two rows of panels, row by row."""

    cards: tuple[Card, ...]
    legend: str
    panels: tuple[Panel, ...]


def _is_year(data: Overview) -> bool:
    """Tell whether the period before is that of the year before."""
    return data.periods["previous"] == data.periods["last_year"]


def _cards(data: Overview) -> tuple[Card, ...]:
    return tuple(
        cards.card(MEASURES[name], counts[0], counts[1], None if _is_year(data) else counts[2])
        for names, counts in (
            (
                COMPLAINT_MEASURES,
                _counts(data.complaint_now, data.complaint_previous, data.complaint_last_year),
            ),
            (ALERT_MEASURES, _counts(data.alert_now, data.alert_previous, data.alert_last_year)),
        )
        for name in names
    )


def _counts(*frames: pd.DataFrame) -> list[dict[str, float]]:
    return [dict(zip(rows.columns, rows.to_numpy()[0].tolist(), strict=True)) for rows in frames]


def _rates(data: Overview) -> pd.DataFrame:
    """Return smoothed rates with intervals per 1,000 and year for the parts that have a population."""
    parts = data.complaint_by_region
    population = parts["population"].to_numpy(float)
    has = population > 0
    events = parts["complaint_count"].to_numpy(float)[has]
    person_years = population[has] * years(*data.periods["now"])
    smoothed = empirical_bayes(events, person_years)
    return pd.DataFrame(
        {
            "code": parts["region_code"].to_numpy(object)[has],
            "name": parts["name"].to_numpy(object)[has],
            "count": events,
            "person_years": person_years,
            **{name: 1000 * smoothed[name].to_numpy() for name in ("rate", "low", "high")},
        }
    )


@cached.by_scope
def _outlines(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return the outlines of a region's parts: the same whatever else is filtered."""
    outlines = queries.boundaries(scope, region)
    return outlines.assign(geometry=outlines["geometry"].map(json.loads).astype(object))


def _map(scope: Scope, data: Overview, rates: pd.DataFrame) -> Panel:
    outlines = _outlines(scope, data.filters.region)
    values = rates.rename(columns={"rate": "value"})[["code", "name", "value", "count"]]
    return Panel(
        key="overview-map",
        title="地区分布：平滑投诉率",
        spec=region_map.region_map(outlines, values, label="平滑投诉率", unit=RATE_UNIT)
        if len(outlines)
        else None,
        note="颜色为经验贝叶斯平滑后的每千人年投诉量，人口少的地区向平均值收缩；灰色为无人口或无数据。点击地区可下钻。",
        empty="没有可用的边界数据：请装载 GeoJSON 边界。",
        picks=("region", "code"),
    )


def _ranking(data: Overview, rates: pd.DataFrame) -> Panel:
    total = rates["person_years"].sum()
    left_out = len(rates) - RANKED_MAX
    mean = 1000 * rates["count"].sum() / total if total else None
    return Panel(
        key="overview-ranking",
        title=f"地区投诉率与区间{f'（最高 {RANKED_MAX} 个）' if left_out > 0 else ''}",
        spec=ranking.ranking(rates, mean=mean, unit=RATE_UNIT, rows_max=RANKED_MAX) if len(rates) else None,
        note="圆点为平滑率，横线为 95% 区间，虚线为平均；区间相交的地区不宜分先后。点击圆点可下钻。"
        + (f"另有 {left_out} 个地区未列出。" if left_out > 0 else ""),
        empty="没有人口数据，无法计算投诉率。" if data.focus.parts else "该地区没有下级，不作比较。",
        picks=("region", "code"),
    )


def _industries(data: Overview) -> Panel:
    counts = data.complaint_by_industry.rename(
        columns={"industry_code": "code", "complaint_count": "now", "complaint_count_previous": "previous"}
    )
    return Panel(
        key="overview-industries",
        title="行业：本期与上期",
        spec=industries.industries(counts, unit="件") if len(counts) else None,
        note="条形为本期投诉件数，竖线为上期（之前同样长的期间）。点击条形按行业筛选。",
        empty="本期没有投诉。",
        picks=("industry", "code"),
    )


def _months(data: Overview, rows: pd.DataFrame, value: str, what: str, unit: str) -> Panel:
    start, end = (f"{day:%Y-%m-%d}" for day in data.periods["now"])
    return Panel(
        key=f"overview-{value}",
        title=f"{what}月度走势",
        spec=monthly.monthly(rows, value=value, label=what, unit=unit, start=start, end=end)
        if len(rows)
        else None,
        note=f"条形为当月{what}，深色为所选期间；虚线为上年同月。",
        empty=f"近 36 个月没有{what}。",
    )


def _stages(data: Overview) -> Panel:
    rows = data.alert_by_level_stage
    return Panel(
        key="overview-stages",
        title="预警等级与环节",
        spec=alert_stages.alert_stages(rows) if len(rows) else None,
        note="本期产生的预警目前所处环节，按等级分色并以文字标明。红色最重，蓝色最轻。",
        empty="本期没有预警。",
    )


@cached.by_scope
def drawing(scope: Scope, chosen: Filters) -> Drawing:
    """Return what the overview draws for a scope under filters."""
    data = queries.overview(scope, chosen)
    rates = _rates(data)
    return Drawing(
        cards=_cards(data),
        legend=cards.LEGENDS[_is_year(data)],
        panels=(
            _map(scope, data, rates),
            _ranking(data, rates),
            _industries(data),
            _months(data, data.complaint_by_month, "complaint_count", "投诉", "件"),
            _months(data, data.alert_by_month, "alert_count", "预警", "条"),
            _stages(data),
        ),
    )


def render(scope: Scope) -> None:
    """Draw the overview of what the scope and the filters admit."""
    frame.breadcrumb(scope)
    drawn = drawing(scope, filters.current())
    with st.grid(len(COMPLAINT_MEASURES), min_column_width=150):
        for card in drawn.cards:
            card.draw()
    st.caption(drawn.legend)
    # A grid lays out its cells itself: columns would be a message to the browser each.
    with st.grid(PANELS_A_ROW, min_column_width=320):
        for panel in drawn.panels:
            panel.draw(lambda name, value: filters.change(scope, **{name: value}))


if __name__ == "__main__":
    frame.enter()
