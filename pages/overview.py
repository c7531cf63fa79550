"""Overview (总览): the state of complaints and alerts, and the way down."""

import pandas as pd
import streamlit as st

from cockpit.analysis.rates import empirical_bayes
from cockpit.charts import alert_stages, industries, monthly, ranking, region_map
from cockpit.charts.theme import PICK
from cockpit.queries import Overview
from cockpit.queries.measures import MEASURES, with_person_years
from cockpit.scope import Scope
from cockpit.ui import cached, cards, filters, frame, panel

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


def _pick(scope: Scope, key: str, name: str, field: str) -> None:
    """Put what was clicked in a chart into the filters."""
    picked = st.session_state[key].selection.get(PICK)
    if picked and picked[0].get(field):
        filters.change(scope, **{name: picked[0][field]})


def _rates(data: Overview) -> pd.DataFrame:
    """Return smoothed rates with intervals per 1,000 and year for the parts that have a population."""
    start, end = data.periods["now"]
    parts = with_person_years(data.complaint_by_region.dropna(subset=["population"]), start, end)
    smoothed = (
        empirical_bayes(parts["complaint_count"], parts["person_years"])[["rate", "low", "high"]] * 1000
    )
    return (
        parts.reset_index(drop=True)
        .join(smoothed)
        .rename(columns={"region_code": "code", "complaint_count": "count"})
    )


def _map(scope: Scope, data: Overview, rates: pd.DataFrame) -> None:
    outlines = cached.boundaries(scope, data.filters.region)
    spec = None
    if len(outlines):
        values = rates.rename(columns={"rate": "value"})[["code", "name", "value", "count"]]
        spec = region_map.region_map(outlines, values, label="平滑投诉率", unit=RATE_UNIT)
    panel.chart(
        "地区分布：平滑投诉率",
        spec,
        key="overview-map",
        note="颜色为经验贝叶斯平滑后的每千人年投诉量，人口少的地区向平均值收缩；灰色为无人口或无数据。点击地区可下钻。",
        empty="没有可用的边界数据：请装载 GeoJSON 边界，或该地区没有下级。",
        on_pick=lambda: _pick(scope, "overview-map", "region", "code"),
    )


def _ranking(scope: Scope, data: Overview, rates: pd.DataFrame) -> None:
    total = rates["person_years"].sum()
    left_out = len(rates) - RANKED_MAX
    panel.chart(
        f"地区投诉率与区间{f'（最高 {RANKED_MAX} 个）' if left_out > 0 else ''}",
        ranking.ranking(
            rates,
            mean=1000 * rates["count"].sum() / total if total else None,
            unit=RATE_UNIT,
            rows_max=RANKED_MAX,
        )
        if len(rates)
        else None,
        key="overview-ranking",
        note="圆点为平滑率，横线为 95% 区间，虚线为平均；区间相交的地区不宜分先后。点击圆点可下钻。"
        + (f"另有 {left_out} 个地区未列出。" if left_out > 0 else ""),
        empty="没有人口数据，无法计算投诉率。" if len(data.parts) else "该地区没有下级。",
        on_pick=lambda: _pick(scope, "overview-ranking", "region", "code"),
    )


def _industries(scope: Scope, data: Overview) -> None:
    rows = data.complaint_by_industry
    panel.chart(
        "行业：本期与上期",
        industries.industries(
            rows.rename(
                columns={
                    "industry_code": "code",
                    "complaint_count": "now",
                    "complaint_count_previous": "previous",
                }
            ),
            unit="件",
        )
        if len(rows)
        else None,
        key="overview-industries",
        note="条形为本期投诉件数，竖线为上期（之前同样长的期间）。点击条形按行业筛选。",
        empty="本期没有投诉。",
        on_pick=lambda: _pick(scope, "overview-industries", "industry", "code"),
    )


def _months(data: Overview, rows: pd.DataFrame, value: str, what: str, unit: str) -> None:
    start, end = (f"{day:%Y-%m-%d}" for day in data.periods["now"])
    panel.chart(
        f"{what}月度走势",
        monthly.monthly(rows, value=value, label=what, unit=unit, start=start, end=end)
        if len(rows)
        else None,
        key=f"overview-{value}",
        note=f"条形为当月{what}，深色为所选期间；虚线为上年同月。",
        empty=f"近 36 个月没有{what}。",
    )


def _stages(data: Overview) -> None:
    rows = data.alert_by_level_stage
    panel.chart(
        "预警等级与环节",
        alert_stages.alert_stages(rows) if len(rows) else None,
        key="overview-stages",
        note="本期产生的预警目前所处环节，按等级分色并以文字标明。红色最重，蓝色最轻。",
        empty="本期没有预警。",
    )


def render(scope: Scope) -> None:
    """Draw the overview of what the scope and the filters admit."""
    frame.breadcrumb(scope)
    data = cached.overview(scope, filters.current(scope))
    same = data.periods["previous"] == data.periods["last_year"]
    for names, now, previous, last_year in (
        (COMPLAINT_MEASURES, data.complaint_now, data.complaint_previous, data.complaint_last_year),
        (ALERT_MEASURES, data.alert_now, data.alert_previous, data.alert_last_year),
    ):
        with st.grid(len(names), min_column_width=150):
            before, year = (frame_.iloc[0].to_dict() for frame_ in (previous, last_year))
            for name in names:
                cards.card(MEASURES[name], now.iloc[0].to_dict(), before, before if same else year)
    st.caption(cards.LEGEND)
    rates = _rates(data)
    first, second, third = st.columns(3)
    with first:
        _map(scope, data, rates)
    with second:
        _ranking(scope, data, rates)
    with third:
        _industries(scope, data)
    first, second, third = st.columns(3)
    with first:
        _months(data, data.complaint_by_month, "complaint_count", "投诉", "件")
    with second:
        _months(data, data.alert_by_month, "alert_count", "预警", "条")
    with third:
        _stages(data)
