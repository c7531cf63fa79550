"""Section 地区: rates drawn towards the mean, the funnel, what industries explain, hot spots, siblings."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st
from scipy import sparse

from cockpit import queries, region_code
from cockpit.analysis import funnel as funnels
from cockpit.analysis import space
from cockpit.analysis.rates import empirical_bayes, poisson_interval, standardised
from cockpit.charts import funnel, ranking, ratios, region_map, spots
from cockpit.charts.theme import SIDES
from cockpit.queries import Filters
from cockpit.queries.analysis import region_counts, region_strata
from cockpit.queries.measures import MEASURES, years
from cockpit.region_code import LEVEL_LABELS, LEVELS
from cockpit.scope import ALL, Scope
from cockpit.ui import cached
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.panel import Panel, grid, period

UNIT = MEASURES["complaint_rate"].unit
RANKED_MAX = 15
CURVE_POINTS = 120
DRAWS_MIN, DRAWS_MAX = 10_000, 100_000
# By key: title, what is counted, how, of how many, and the list of it.
STANDARDS: dict[
    str, tuple[str, str, Callable[[pd.DataFrame], "pd.Series[float]"], str, tuple[tuple[str, str], ...]]
] = {
    "repeats": (
        "重复投诉：实际与预期（扣除行业构成）",
        "重复投诉",
        lambda rows: rows["repeat_count"],
        "complaint_count",
        (("repeat", "true"),),
    ),
    "late": (
        "未按期办结：实际与预期（扣除行业构成）",
        "未按期投诉",
        lambda rows: rows["due_count"] - rows["on_time_count"],
        "due_count",
        (("due", "late"),),
    ),
}
NO_PARTS = "该地区没有下级，不作比较；可回到上一级看同级比较。"
NO_POPULATION = "没有人口数据，无法计算投诉率：请在地区表中补充人口。"


def _rates(parts: pd.DataFrame, person_years: "pd.Series[float]") -> pd.DataFrame:
    """Return the places with residents: `code, name, count, person_years`, smoothed and raw rates per 1,000."""
    has = (parts["population"].astype(float) > 0).to_numpy()
    counts = parts.loc[has, "complaint_count"].to_numpy(float)
    exposure = person_years.to_numpy(float)[has]
    smoothed = empirical_bayes(counts, exposure)
    low, high = poisson_interval(counts, exposure)
    return pd.DataFrame(
        {
            "code": parts.loc[has, "region_code"].to_numpy(object),
            "name": parts.loc[has, "name"].to_numpy(object),
            "count": counts,
            "person_years": exposure,
            **{name: 1000 * smoothed[name].to_numpy() for name in ("raw", "rate", "low", "high")},
            "exact_low": 1000 * low,
            "exact_high": 1000 * high,
        }
    )


def rated(scope: Scope, chosen: Filters, level: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the places counted, and the rates of those with residents."""
    parts = region_counts(scope, chosen, level=level)
    roots = (chosen.region,) if chosen.region else scope.regions
    if level is None and len(roots) == 1 and not parts["level"].notna().any():
        # Without parts a place is its own.
        parts = region_counts(scope, chosen, level=region_code.level(roots[0]))
    return parts, _rates(parts, parts["population"].astype(float) * years(*period(chosen)))


def _mean(rates: pd.DataFrame) -> float | None:
    total = rates["person_years"].sum()
    return 1000 * float(rates["count"].sum()) / float(total) if total else None


def _exported(rates: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "地区代码": rates["code"],
            "地区": rates["name"],
            "件数": rates["count"].astype(int),
            "人年": rates["person_years"].round(1),
            f"原始率（{UNIT}）": rates["raw"].round(4),
            "原始率下限（95%）": rates["exact_low"].round(4),
            "原始率上限（95%）": rates["exact_high"].round(4),
            f"平滑率（{UNIT}）": rates["rate"].round(4),
            "平滑率下限（95%）": rates["low"].round(4),
            "平滑率上限（95%）": rates["high"].round(4),
        }
    )


@cached.by_build
def outlines(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return the outlines of a region's parts, parsed: the same whatever else is filtered."""
    rows = queries.boundaries(scope, region)
    return rows.assign(geometry=rows["geometry"].map(json.loads).astype(object))


def _map(scope: Scope, chosen: Filters, rates: pd.DataFrame) -> Panel:
    shapes = outlines(scope, chosen.region)
    values = rates.rename(columns={"rate": "value"})[["code", "name", "value", "count"]]
    spec = region_map.region_map(shapes, values, label="平滑投诉率", unit=UNIT) if len(shapes) else None
    return Panel(
        key="region-map",
        title="地区分布：平滑投诉率",
        chart=spec,
        reading=f"颜色深浅为平滑率，不是排名；是否超出偶然见漏斗图。平均 {_mean(rates):.2f} {UNIT}。"
        if len(rates)
        else NO_POPULATION,
        definition="经验贝叶斯平滑率（Marshall 1991）：人口少的地区向总体平均收缩，w·r+(1−w)·m。"
        "分子为期间内受理的投诉件数，分母为人口×期间年数。灰色为无人口或无数据。点击地区进入下一级，上方路径返回。",
        data=_exported(rates),
        empty="没有可用的边界数据：请装载 GeoJSON 边界。",
        picks=(("region", "code"),),
    )


def _ranking(parts: pd.DataFrame, rates: pd.DataFrame) -> Panel:
    left_out = len(rates) - RANKED_MAX
    mean = _mean(rates)
    return Panel(
        key="region-ranking",
        title=f"平滑投诉率与区间{f'（最高 {RANKED_MAX} 个，另有 {left_out} 个未列）' if left_out > 0 else ''}",
        chart=ranking.ranking(rates, mean=mean, unit=UNIT, rows_max=RANKED_MAX) if len(rates) else None,
        reading=reading.ranking(rates, mean),
        definition="圆点为经验贝叶斯平滑率，横线为其 95% 区间，虚线为总体平均；区间相交的地区不宜分先后。"
        "导出另含原始率的精确泊松区间（Garwood 1936）。点击圆点进入该地区。",
        data=_exported(rates),
        empty=NO_POPULATION if len(parts) else NO_PARTS,
        picks=(("region", "code"),),
    )


def _funnel(parts: pd.DataFrame, rates: pd.DataFrame) -> Panel:
    found = funnels.funnel(rates["count"], rates["person_years"])
    points = found.points.assign(code=rates["code"].to_numpy(), name=rates["name"].to_numpy())
    data = pd.DataFrame(
        {
            "地区代码": points["code"],
            "地区": points["name"],
            "件数": points["events"],
            "人年": points["exposure"].round(1),
            f"投诉率（{UNIT}）": (1000 * points["value"]).round(4),
            "预期件数": points["expected"].round(2),
            **{
                f"{'下' if side == 'low' else '上'}限（{'95%' if name == '95' else '99.8%'}）": (
                    1000 * points[f"{side}_{name}"]
                ).round(4)
                for name in ("95", "998")
                for side in ("low", "high")
            },
            "P 值": points["p_value"].round(6),
            "q 值": points["q_value"].round(6),
            "判断": points["direction"].map({side: label for side, (_, _, label) in SIDES.items()}),
        }
    )
    chart = None
    if len(rates):
        most = 1.05 * float(rates["person_years"].max())
        least = max(float(rates["person_years"].min()) * 0.5, most / 400)
        exposure = np.geomspace(least, most, CURVE_POINTS)
        limits = funnels.limits(
            found.target, exposure, dispersion=found.dispersion if found.is_widened else 1.0
        )
        curves = (1000 * limits).assign(exposure=exposure)
        chart = funnel.funnel(
            points.assign(value=1000 * points["value"]),
            curves,
            target=1000 * found.target,
            unit=UNIT,
            x_title="人年（人口×期间年数）",
        )
    return Panel(
        key="region-funnel",
        title="漏斗图：哪些地区超出偶然",
        chart=chart,
        reading=reading.funnel(found, points["name"].tolist()),
        definition="横轴为规模，纵轴为未经平滑的投诉率；控制限为精确泊松 95%（虚线）与 99.8%（实线）（Spiegelhalter 2005）。"
        "地区间差异超出偶然（φ）时按 √φ 放宽。只有错误发现率 q≤0.05 的地区标为明显偏高或偏低；本图代替排名。点击进入该地区。",
        data=data,
        empty=NO_POPULATION if len(parts) else NO_PARTS,
        picks=(("region", 0),),
    )


def _standardised(strata: pd.DataFrame, kind: str) -> Panel:
    title, what, observed, exposure, rows = STANDARDS[kind]

    def wide(name: str) -> pd.DataFrame:
        counts = strata.assign(count=observed(strata) if name == "observed" else strata[exposure])
        return counts.pivot_table(
            index=["region_code", "name"],
            columns="industry_code",
            values="count",
            aggfunc="sum",
            fill_value=0,
        )

    if not len(strata):
        return Panel(key=f"region-{kind}", title=title, chart=None, reading="", definition="", empty=NO_PARTS)
    had = wide("observed")
    found = standardised(had.to_numpy(float), wide("exposure").to_numpy(float))
    found = found.assign(
        code=had.index.get_level_values("region_code"), name=had.index.get_level_values("name")
    )
    return Panel(
        key=f"region-{kind}",
        title=title,
        chart=ratios.ratios(found, unit="件", rows_max=RANKED_MAX) if found["ratio"].notna().any() else None,
        reading=reading.standardised(found, what),
        definition=f"间接标准化：预期＝各行业在全体中的{what}占比×该地该行业的件数之和，比值为实际÷预期，1 为与行业构成应有的一样；"
        "区间为精确泊松（Garwood 1936）。三角为错误发现率 q≤0.05 的地区。（按人口计的投诉率，行业构成在比值中抵消，故用漏斗图。）"
        "点击标记进入该地区。",
        data=pd.DataFrame(
            {
                "地区代码": found["code"],
                "地区": found["name"],
                f"{what}（件）": found["observed"].astype(int),
                "预期（件）": found["expected"].round(2),
                "实际/预期": found["ratio"].round(4),
                "下限（95%）": found["low"].round(4),
                "上限（95%）": found["high"].round(4),
                "q 值": found["q_value"].round(6),
                "判断": found["direction"].map({side: label for side, (_, _, label) in SIDES.items()}),
            }
        ),
        empty=f"没有可比较的{what}，或该地区没有下级。",
        picks=(("region", "code"),),
        rows=rows,
        rows_label=f"查看{what}",
    )


@lru_cache(maxsize=64)
def _neighbours(longitude: tuple[float, ...], latitude: tuple[float, ...]) -> sparse.csr_array:
    """Return which places lie within two steps of each other: the same whatever else is filtered."""
    return space.within_steps(space.nearest_neighbours(longitude, latitude))


def _finer(scope: Scope, region: str | None) -> str:
    """Return the level below the parts, so that there are enough places: villages from a county down."""
    roots = (region,) if region else scope.regions
    highest = min((LEVELS.index(region_code.level(code)) for code in roots), default=0)
    below = highest + (2 if len(roots) == 1 else 1)
    return LEVELS[min(below, len(LEVELS) - 1)]


def _spots(scope: Scope, chosen: Filters) -> Panel:
    level = _finer(scope, chosen.region)
    places, rates = rated(scope, chosen, level)
    # What is recorded at the focus itself stands under its code too.
    at = (
        places[places["level"].notna()]
        .set_index("region_code")
        .loc[rates["code"], ["longitude", "latitude"]]
        .astype(float)
    )
    near = _neighbours(tuple(at["longitude"]), tuple(at["latitude"]))
    what = LEVEL_LABELS[level]
    # The smallest p value, 2 / (draws + 1), must pass the threshold of so many tests.
    draws = int(np.clip(60 * len(rates), DRAWS_MIN, DRAWS_MAX)) - 1
    found = space.hot_spots(np.log(rates["rate"].clip(lower=1e-9)), near, permutations=draws)
    told = found.assign(
        code=rates["code"].to_numpy(),
        name=rates["name"].to_numpy(),
        value=rates["rate"].to_numpy(),
        count=rates["count"].to_numpy(),
        longitude=at["longitude"].to_numpy(),
        latitude=at["latitude"].to_numpy(),
    )
    shown = told[told["longitude"].notna() & told["latitude"].notna()]
    return Panel(
        key="region-spots",
        title=f"热点与冷点（{what}）",
        chart=spots.spots(outlines(scope, chosen.region), shown, unit=UNIT) if len(shown) else None,
        reading=reading.spots(found, rates["name"].tolist(), what),
        definition=f"Gi*（Getis、Ord 1992）：一地与其两步以内的相邻地区合看是否高于随机，{draws:,} 次随机排列，错误发现率 q≤0.05。"
        "相邻取中心点最近的六个，互为相邻。说的是一片，不是一点；未判为热点不等于平静（风险为平均 1.5 倍的片区多数测不出）。",
        data=pd.DataFrame(
            {
                "地区代码": told["code"],
                "地区": told["name"],
                "件数": told["count"],
                f"平滑率（{UNIT}）": told["value"].round(4),
                "Gi*": told["z"].round(4),
                "q 值": told["q_value"].round(6),
                "判断": told["direction"].map(spots.LABELS),
            }
        ),
        empty="没有人口或坐标，不能判断聚集。",
        picks=(("region", "code"),),
    )


def _siblings(scope: Scope, chosen: Filters) -> Panel | None:
    """Return the region in focus among the parts of the one above; None where the scope holds no region above."""
    here = chosen.region
    above = (
        next((code for code in reversed(region_code.ancestors(here)) if scope.holds_region(code)), None)
        if here
        else None
    )
    if here is None or above is None:
        return None
    _, rates = rated(scope, replace(chosen, region=above))
    return Panel(
        key="region-siblings",
        title="与同级地区比较",
        chart=ranking.ranking(rates, mean=_mean(rates), unit=UNIT, rows_max=RANKED_MAX, here=here)
        if len(rates)
        else None,
        reading=reading.siblings(rates, here),
        definition="菱形为当前地区，圆点为同级地区的经验贝叶斯平滑率，横线为 95% 区间，虚线为平均。"
        "区间不相交才说高低；人口少的村区间很宽。点击圆点转到该地区。",
        data=_exported(rates),
        empty=NO_POPULATION,
        picks=(("region", "code"),),
        rows=None,
    )


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters."""
    parts, rates = rated(scope, chosen)
    siblings = _siblings(scope, chosen)
    first = (_map(scope, chosen, rates), _ranking(parts, rates))
    second = (_funnel(parts, rates), _spots(scope, chosen))
    strata = region_strata(scope, chosen)
    third = tuple(_standardised(strata, kind) for kind in STANDARDS)
    return (first, second, third, (siblings,)) if siblings else (first, second, third)


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    if scope.units != (ALL,):
        st.caption(
            "您的范围只含指定单位承办的投诉：地区之间的高低可能只是这些单位分布不同，不代表当地投诉多少。"
        )
    grid(panels(scope, chosen), scope, chosen)
