"""Section 普遍与反复: what happens everywhere, what comes back, one problem told by many, villages beside their like."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.analysis import funnel as funnels
from cockpit.analysis import recurrence as topics
from cockpit.analysis.peers import PEERS, against_peers
from cockpit.analysis.survival import kaplan_meier
from cockpit.charts import funnel, quadrant, survival
from cockpit.charts.theme import ACCENT, SIDES
from cockpit.queries import Filters, Page, analysis
from cockpit.queries.named import NONE
from cockpit.region_code import LEVEL_LABELS
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, filters, frame, trail, wording
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.wording import PERSONS_MIN

TOPIC_MIN = 10
DAYS_TOLD = (30, 90, 180)
CURVE_POINTS = 120
CLUSTER_ROWS = 10
NO_CATEGORY, NO_INDUSTRY = "未分类", "未标明行业"
CLUSTER_DEFINITION = (
    "同一地点、时间相近、内容相似（字符二元组 TF-IDF 余弦）的投诉归为一个问题，不看姓名。“反映人数”为不同的署名反映人，"
    f"少于 {PERSONS_MIN} 人的显示为“<{PERSONS_MIN}”；热度为近期受理的占比。只列本期有投诉、权限内至少两件的问题；件数含本期之外的。"
    "是否确为同一问题以核实为准。"
)


@dataclass(frozen=True)
class Placed:
    """Topics by how widely they are spread and how often they come back: all, those drawn, the lines between, places."""

    found: pd.DataFrame
    shown: pd.DataFrame
    tested: funnels.Funnel
    wide: float
    back: float
    places: int


def placed(scope: Scope, chosen: Filters) -> Placed:
    """Return the topics of the complaints of a period; `shown`, with at least TOPIC_MIN complaints, tell their `kind`."""
    asked = analysis.topics(scope, chosen)
    found = topics.topics(asked.histogram, asked.repeats, asked.places)
    names = cached.industry_names(scope)
    found = found.rename(columns={"industry_code": "industry"})
    found["label"] = found["category"].replace("", NO_CATEGORY)
    found["linked"] = found["category"].replace("", NONE)
    found["name"] = [
        f"{names.get(industry, NO_INDUSTRY)}·{category or NO_CATEGORY}"
        for industry, category in zip(found["industry"], found["category"], strict=True)
    ]
    tested = funnels.funnel(found["repeat_count"], found["complaint_count"], kind="share")
    found["direction"] = tested.points["direction"]
    found["q_value"] = tested.points["q_value"]
    shown = found[found["complaint_count"] >= TOPIC_MIN].reset_index(drop=True)
    wide = float(shown["prevalence"].median()) if len(shown) else 0.0
    back = tested.target if len(found) else 0.0
    shown["kind"] = quadrant.kind(shown, wide, back)
    return Placed(found, shown, tested, wide, back, asked.places)


def _topics(scope: Scope, chosen: Filters) -> Panel:
    told = placed(scope, chosen)
    found, shown, tested = told.found, told.shown, told.tested
    return Panel(
        key="recurrence-topics",
        title="普遍与反复：各类问题的位置",
        chart=quadrant.quadrant(shown, prevalence=told.wide, repeat_share=told.back)
        if len(shown) and told.places > 1
        else None,
        reading=reading.topics(shown, tested),
        definition=f"普遍率为有此类投诉的地方占全部 {told.places:,} 个地方（村，及直接记有投诉的上级）的比例；反复率为此类投诉中，"
        f"同一地点同一问题在前一件办结后 {settings().repeat_days} 天内再次反映的比例。虚线为各类普遍率的中位数和总体反复率；"
        f"面积为件数。不足 {TOPIC_MIN} 件的不画，见导出。反复率用漏斗图检验（错误发现率 q≤0.05）；点击查看该类投诉。",
        data=pd.DataFrame(
            {
                "问题类别": found["name"],
                "件数": found["complaint_count"],
                "涉及地方数": found["place_count"],
                "普遍率（%）": (100 * found["prevalence"]).round(2),
                "再次反映件数": found["repeat_count"],
                "反复率（%）": (100 * found["repeat_share"]).round(2),
                "地区基尼系数": found["gini"].round(4),
                "q 值": found["q_value"].round(6),
                "反复率判断": found["direction"].map({side: words for side, (_, _, words) in SIDES.items()}),
            }
        ),
        empty=f"本期没有达到 {TOPIC_MIN} 件的问题类别。"
        if told.places > 1
        else "单个地方没有普遍与否之分，请看同类比较和同一问题的多件反映。",
        picks=(("industry", 0), ("category", 1)),
        opens="complaints",
        rows=None,
    )


def _returns(scope: Scope, chosen: Filters) -> Panel:
    days = analysis.repeats(scope, chosen)
    found = kaplan_meier(days["days"], days["is_repeated"], days["complaint_count"])
    curve = found.curve.assign(group="再次反映")
    limit = settings().repeat_days
    return Panel(
        key="recurrence-returns",
        title=f"办结后 {limit} 天内再次反映",
        chart=survival.survival(curve, x_title="办结后（天）", y_title="已再次反映（%）", has_come=True)
        if found.items
        else None,
        reading=reading.recurrence(found, [day for day in DAYS_TOLD if day < limit] + [limit]),
        definition="对每件已办结的投诉，看其后同一地点、同一问题（类别相同或内容相近）的下一件何时出现；观察不足的按已观察天数计入"
        "（Kaplan–Meier），带状为 95% 区间。同村同类投诉多时，不同的事也会被计入，因此是上限性质的估计。",
        data=pd.DataFrame(
            {
                "办结后天数": curve["day"].astype(int),
                "仍在观察的件数": curve["at_risk"].astype(int),
                "当天再次反映件数": curve["ended"].astype(int),
                "已再次反映（%）": (100 * (1 - curve["share"])).round(3),
                "下限（95%）": (100 * (1 - curve["high"])).round(3),
                "上限（95%）": (100 * (1 - curve["low"])).round(3),
            }
        ),
        empty="期间内受理的投诉中没有已办结的。",
        rows=(("repeat", "true"),),
        rows_label="查看再次反映的投诉",
    )


def _level(scope: Scope, region: str | None) -> str:
    """Return which places are compared: villages, or towns where there would be a whole province of villages."""
    levels = {region_code.level(code) for code in ((region,) if region else scope.regions)}
    return "town" if "province" in levels else "village"


def _around(scope: Scope, region: str | None) -> str | None:
    """Return where places are compared: the focus, or the widest county or town in scope that holds it."""
    if region is None or region_code.level(region) not in ("town", "village"):
        return region
    above = [code for code in region_code.ancestors(region) if scope.holds_region(code)]
    return next((code for code in above if region_code.level(code) in ("county", "town")), region)


def _similar(scope: Scope, chosen: Filters) -> Panel:
    around = _around(scope, chosen.region)
    level = _level(scope, around)
    what = LEVEL_LABELS[level]
    rows = analysis.region_counts(scope, replace(chosen, region=around), level)
    rows = rows[rows["level"] == level].reset_index(drop=True)
    found = against_peers(rows["complaint_count"], rows["population"].astype(float))
    points = found.points.assign(
        code=rows["region_code"], name=rows["name"], population=rows["population"].astype(float)
    )
    known = points[points["value"].notna()]
    chart = None
    if len(known):
        most = 1.05 * float(known["exposure"].max())
        expected = np.geomspace(max(most / 400, float(known["exposure"].min())), most, CURVE_POINTS)
        limits = funnels.limits(1, expected, dispersion=found.dispersion if found.is_widened else 1.0)
        chart = funnel.funnel(
            known,
            limits.assign(exposure=expected),
            target=1,
            unit="倍",
            x_title=f"人口相近的{what}在同样人口下的件数（件）",
        )
    said = reading.similar(found, rows["name"].tolist(), what)
    here = points[points["code"] == chosen.region]
    if chart is not None and len(here):
        chart.add_scatter(
            x=here["exposure"].tolist(),
            y=here["value"].tolist(),
            mode="markers",
            marker={"symbol": "diamond-open", "size": 20, "color": ACCENT, "line": {"width": 3}},
            name="当前地区",
            hoverinfo="skip",
        )
    if chosen.region and len(here):
        one = here.iloc[0]
        said = (
            f"{one['name']} {one['events']:,.0f} 件，人口相近的{what}同样人口下为 {one['exposure']:,.1f} 件"
            f"（{one['value']:.2f} 倍，{SIDES[one['direction']][2]}）。{said}"
            if one["value"] == one["value"]
            else f"{one['name']}没有人口数据或同类{what}不足，不作比较。"
        )
    return Panel(
        key="recurrence-similar",
        title=f"与人口相近的{what}比较",
        chart=chart,
        reading=said,
        definition=f"每个{what}与人口最接近的 {PEERS} 个{what}比：横轴为按同类水平应有的件数，纵轴为实际与应有之比；控制限为精确泊松 95% 与 99.8%，"
        f"同类之间差异超出偶然（φ）时放宽。只有 q≤0.05 的标为偏高或偏低，其余不分先后。同类只在您的权限范围内选取，少于 8 个不比较。点击进入该{what}。",
        data=pd.DataFrame(
            {
                "地区代码": points["code"],
                what: points["name"],
                "人口": points["population"],
                "件数": points["events"],
                "同类水平应有件数": points["exposure"].round(2),
                "倍数": points["value"].round(3),
                "q 值": points["q_value"].round(6),
                "判断": points["direction"].map({side: words for side, (_, _, words) in SIDES.items()}),
            }
        ),
        empty=f"同类{what}不足，或没有人口数据，不作比较。",
        picks=(("region", 0),),
        rows=None,
    )


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters, but for the clusters, which are paged."""
    return ((_topics(scope, chosen), _returns(scope, chosen)), (_similar(scope, chosen),))


@cached.by_scope
def _clusters(scope: Scope, chosen: Filters, page: int) -> Page:
    return analysis.clusters(scope, chosen, page, rows=CLUSTER_ROWS)


def read_clusters(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Return clusters as people see and export them."""
    return pd.DataFrame(
        {
            "代表性标题": rows["subject"],
            "代表性内容": rows["text"],
            "地点": cached.below_root(scope, rows["region_name"].fillna(wording.NOTHING)),
            "行业": rows["industry_name"].fillna(NO_INDUSTRY),
            "问题类别": rows["category"].fillna(NO_CATEGORY),
            "件数": rows["complaint_count"],
            "本期": rows["period_count"],
            "未办结": rows["open_count"],
            "反映人数": rows["writer_count"].map(wording.persons),
            "热度（%）": (100 * rows["heat"].astype(float)).round(0),
            "首次反映": rows["first_at"].map(wording.day),
            "最近反映": rows["last_at"].map(wording.day),
        }
    )


def _draw_clusters(scope: Scope, chosen: Filters) -> None:
    with st.container(border=True, key="panel-recurrence-clusters"):
        head = st.container(horizontal=True, vertical_alignment="center")
        body = st.container()
        asked = str(st.session_state.get("problems_page") or st.query_params.get("problems_page", ""))
        found = _clusters(scope, chosen, int(asked) if asked.isdecimal() and len(asked) < 7 else 1)
        total = found.total
        if not total:
            found = _clusters(scope, chosen, 1)
            total = found.total
        pages = max(1, ceil(total / CLUSTER_ROWS))
        page = st.pagination(pages, key="problems_page", bind="query-params") if pages > 1 else 1
        found = _clusters(scope, chosen, page)
        first = _clusters(scope, chosen, 1).frame
        with head:
            st.markdown("**同一问题的多件反映**", width="stretch")
            limit = settings().export_rows_max
            is_offered = 0 < total <= limit
            with st.popover(
                "口径与导出" if is_offered else "口径",
                type="tertiary",
                icon=":material/info:",
                key="about-recurrence-clusters",
            ):
                st.markdown(wording.plain(CLUSTER_DEFINITION))
                if is_offered:
                    with st.container(horizontal=True):
                        export.buttons(
                            scope,
                            "analysis-recurrence-clusters",
                            "同一问题的多件反映",
                            dict(filters.address(chosen)),
                            lambda: read_clusters(
                                scope, analysis.clusters(scope, chosen, 1, rows=limit).frame
                            ),
                        )
        with body:
            if not total:
                st.caption("本期没有多件投诉反映同一问题。")
                return
            shown = read_clusters(scope, found.frame)
            table = st.dataframe(
                shown,
                hide_index=True,
                height="content",
                column_config={
                    "代表性标题": st.column_config.Column(width="medium"),
                    "代表性内容": st.column_config.Column(width="large"),
                },
                on_select="rerun",
                selection_mode="single-row",
                key="recurrence-clusters",
                alt="同一问题的多件反映",
            )
            first = first.assign(region_name=read_clusters(scope, first)["地点"])
            said = reading.clusters(total, first.iloc[0] if len(first) else None)
            st.markdown(f":material/lightbulb: **解读**　{wording.plain(said)}")
    if table.selection.rows and table.selection.rows[0] < len(found.frame):
        _draw_members(scope, str(found.frame["cluster_id"].iloc[table.selection.rows[0]]))


def _draw_members(scope: Scope, cluster: str) -> None:
    """Draw the complaints of one problem; the look is recorded once a session."""
    rows = analysis.cluster_members(scope, cluster)
    if rows.empty:
        return
    trail.record_once(scope, "view", f"cluster/{cluster}", len(rows))
    with st.container(border=True):
        st.markdown(f"**所选问题的 {len(rows):,} 件投诉**（代表性强的在前，选择一行查看详情）")
        table = st.dataframe(
            pd.DataFrame(
                {
                    "编号": rows["id"],
                    "受理时间": rows["received_at"].map(wording.moment),
                    "地点": cached.below_root(scope, rows["region_name"].fillna(wording.NOTHING)),
                    "标题": rows["subject"],
                    "内容": rows["text"],
                    "办理": rows["is_closed"].map({True: "已办结", False: "未办结"}),
                }
            ),
            hide_index=True,
            height="content" if len(rows) <= CLUSTER_ROWS else 400,
            column_config={"内容": st.column_config.Column(width="large")},
            on_select="rerun",
            selection_mode="single-row",
            key=f"cluster-members-{cluster}",
            alt="所选问题的投诉",
        )
    if table.selection.rows and table.selection.rows[0] < len(rows):
        frame.go("complaint", id=str(rows["id"].iloc[table.selection.rows[0]]))


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    grid(panels(scope, chosen), scope, chosen)
    _draw_clusters(scope, chosen)
