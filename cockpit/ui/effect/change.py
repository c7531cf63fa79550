"""Section 整改与制度: problem lists, campaigns with before and after against controls, rules by level."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pandas as pd
import streamlit as st

from cockpit.analysis import campaign
from cockpit.analysis.campaign import CONTROLS_MIN
from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.charts import ratios
from cockpit.contract.codes import RECTIFICATION_KIND
from cockpit.queries import Filters, effect
from cockpit.queries.effect import CAMPAIGN_MONTHS, Series
from cockpit.region_code import LEVEL_LABELS
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import CountTable, Link

SERIES: dict[Series, tuple[str, str]] = {"complaint": ("投诉", "件"), "alert": ("预警", "条")}
KINDS = {"": "全部", **RECTIFICATION_KIND}
PAGES = {"complaint": "complaints", "alert": "alerts"}
SIDES = {-1: "▼ 明显下降", 1: "▲ 明显上升", 0: "未见明显变化"}
DAY = timedelta(days=1)
DATED = "按开始日期计入期间；没有开始日期的按完成日期、整改期限或更新日期计。预警等级筛选在此不起作用。"


@cached.by_scope
def counts(scope: Scope, chosen: Filters) -> CountTable:
    """Return problem lists, campaigns and rules by level; a count opens the list below."""
    rows = kept.rectifications(scope, chosen)
    found = pd.crosstab(rows["kind"], rows["level"])
    found = found.reindex(index=list(RECTIFICATION_KIND), columns=list(LEVEL_LABELS), fill_value=0)
    levels = [level for level in LEVEL_LABELS if found[level].any()]
    done, late = (rows[rows[name]]["kind"].value_counts() for name in ("is_completed", "is_overdue"))
    table = pd.DataFrame(
        {
            "类别": list(RECTIFICATION_KIND.values()),
            **{f"{LEVEL_LABELS[level]}级": found[level].to_list() for level in levels},
            "合计": found.sum(axis=1).to_list(),
            "已完成": [int(done.get(kind, 0)) for kind in found.index],
            "超期未完成": [int(late.get(kind, 0)) for kind in found.index],
        }
    )
    links: list[dict[str, Link]] = [
        {
            **{
                f"{LEVEL_LABELS[level]}级": (
                    "effect",
                    {"section": "change", "kind": str(kind), "kind_level": level},
                )
                for level in levels
            },
            "合计": ("effect", {"section": "change", "kind": str(kind)}),
            "已完成": ("effect", {"section": "change", "kind": str(kind), "done": "completed"}),
            "超期未完成": ("effect", {"section": "change", "kind": str(kind), "done": "overdue"}),
        }
        for kind in found.index
    ]
    total = "、".join(f"{label} {found.loc[kind].sum():,}" for kind, label in RECTIFICATION_KIND.items())
    return CountTable(
        key="effect-change",
        title="问题清单、专项治理、制度（按层级）",
        chart=table if len(rows) else None,
        reading=f"本期{total}；三者是并列的件数，不是同一批次的转化。",
        definition=f"问题清单、专项治理、制度的件数，{DATED}层级为印发或组织的层级，来源未标明的按所在区划。"
        "超期未完成：截至数据日期没有完成日期且已过期限。点击数字在下方列出对应的条目。",
        data=table,
        empty="本期没有问题清单、专项治理或制度；数据源可能没有提供“整改”表（数据接入页可装载）。",
        rows=None,
        links=tuple(links),
    )


@cached.by_scope
def compared(scope: Scope, chosen: Filters, series: Series) -> pd.DataFrame:
    """Return a row per campaign begun in the period with its effect, and why there is none; the clearest first."""
    rows = effect.campaigns(scope, chosen, series)
    told = campaign.compare(rows[["campaign", "is_treated", "before", "after"]])
    own = rows[rows["is_treated"]].drop_duplicates("campaign")[
        ["campaign", "region_code", "months", "since", "began", "resumed", "until"]
    ]
    named = kept.rectifications(scope, chosen)[
        ["id", "title", "region_name", "industry_code", "industry_name", "started_on"]
    ]
    found = told.merge(own, on="campaign").merge(named, left_on="campaign", right_on="id")
    found["verdict"] = [_verdict(row) for row in found.to_dict("records")]
    return found.sort_values(
        ["is_judged", "q_value", "campaign"], ascending=[False, True, True], ignore_index=True
    )


def _verdict(row: Mapping[Any, Any]) -> str:
    """Say what may be claimed of a campaign, or why nothing is."""
    if row["is_judged"]:
        return SIDES[row["direction"]]
    if not row["months"]:
        return "开始不足一个整月，尚不能判断"
    if row["controls"] < CONTROLS_MIN:
        return "可比的同级地区不足两个，不作判断"
    return f"开始前不足 {PER_CENT_BASE_MIN} 件，不作判断"


def _span(start: object, end: object) -> dict[str, str]:
    return {
        "start": f"{pd.Timestamp(str(start)):%Y-%m-%d}",
        "end": f"{pd.Timestamp(str(end)) - DAY:%Y-%m-%d}",
    }


def _effect(row: Mapping[Any, Any]) -> str:
    if not row["is_judged"]:
        return wording.NOTHING
    return f"{row['effect']:.2f}（{row['low']:.2f}–{row['high']:.2f}）"


@cached.by_scope
def campaigns(scope: Scope, chosen: Filters, series: Series) -> tuple[Panel, ...]:
    """Return how each campaign begun in the period changed complaints or alerts, against its controls."""
    found = compared(scope, chosen, series)
    what, unit = SERIES[series]
    records = found.to_dict("records")
    before, after = f"前（{unit}）", f"后（{unit}）"
    table = pd.DataFrame(
        {
            "专项治理": found["title"],
            "地区": cached.below_root(scope, found["region_name"]),
            "领域": found["industry_name"].fillna("不分领域"),
            "开始": [wording.day(day) for day in found["started_on"]],
            "前后各（月）": found["months"].astype(int),
            before: found["before"].astype(int),
            after: found["after"].astype(int),
            "对照地区": found["controls"].astype(int),
            "对照前→后": [f"{row['control_before']:,.0f} → {row['control_after']:,.0f}" for row in records],
            "相对变化（95% 区间）": [_effect(row) for row in records],
            "判断": found["verdict"],
        }
    )
    links: list[dict[str, Link]] = []
    for row in records:
        region = {"region": str(row["region_code"])}
        if pd.notna(row["industry_code"]):
            region["industry"] = str(row["industry_code"])
        opened: dict[str, Link] = {
            before: (PAGES[series], {**region, **_span(row["since"], row["began"])}),
            after: (PAGES[series], {**region, **_span(row["resumed"], row["until"])}),
        }
        links.append(opened if row["months"] else {})
    judged = found[found["is_judged"]]
    drawn = judged.assign(
        code=judged["campaign"],
        name=judged["title"],
        observed=judged["after"],
        expected=judged["before"] * judged["control_ratio"],
        ratio=judged["effect"],
    )
    return (
        Panel(
            key=f"effect-ratios-{series}",
            title=f"专项治理前后的相对变化（{what}）",
            chart=ratios.ratios(drawn, unit=unit, rows_max=12) if len(drawn) else None,
            reading=told(found, what),
            definition=_definition(what),
            data=table,
            empty=told(found, what) if len(found) else "本期没有开始的专项治理。",
            rows=None,
        ),
        CountTable(
            key=f"effect-campaigns-{series}",
            title=f"各项专项治理：前后与对照（{what}）",
            chart=table if len(found) else None,
            reading="",
            definition=_definition(what),
            data=table,
            empty="本期没有开始的专项治理。",
            rows=None,
            links=tuple(links),
            widths=(("专项治理", 220), ("判断", 200)),
        ),
    )


def _definition(what: str) -> str:
    return (
        f"本期开始的专项治理，比较其地区开始前后各同样多的整月（最多 {CAMPAIGN_MONTHS} 个，不含开始当月；1 日开始的计入之后）的{what}数，"
        f"标明领域的只计该领域。对照：同一上级下、这些月份内没有同领域专项治理的其他地区。相对变化 = 本地（后/前）÷ 对照（后/前），"
        "小于 1 为相对减少；区间按泊松计数并以对照之间的差异放宽（Woolf 1955；McCullagh 与 Nelder 1989），"
        "明显与否按错误发现率 q≤0.05（Benjamini 与 Hochberg 1995）。对照不足两个、开始前不足 10 件的不判断。"
        "前后对比不能排除同时发生的其他原因；投诉增加也可能是渠道畅通。对照只含您可见范围内的地区。"
    )


def told(found: pd.DataFrame, what: str) -> str:
    """Say which campaigns changed complaints or alerts beyond chance."""
    if not len(found):
        return "本期没有开始的专项治理。"
    judged = found[found["is_judged"]]
    if not len(judged):
        return (
            f"本期开始的 {len(found)} 项专项治理都不具备比较条件（对照不足、基数不足或时间太短），不作判断。"
        )
    left = len(found) - len(judged)
    parts = [
        f"{reading.names(judged.loc[judged['direction'] == side, 'title'].tolist())}后{what}相对对照明显{word}"
        for side, word in ((-1, "下降"), (1, "上升"))
        if (judged["direction"] == side).any()
    ]
    words = "；".join(parts) + "，其余未见明显变化" if parts else "均未见明显变化"
    tail = f"；另有 {left} 项不具备比较条件" if left else ""
    return f"本期开始的专项治理中可比较的 {len(judged)} 项，{words}{tail}。"


def _listed(scope: Scope, chosen: Filters) -> pd.DataFrame:
    """Return the rows of the list that the address narrows it to."""
    rows = kept.rectifications(scope, chosen)
    kind, level, done = (st.query_params.get(name, "") for name in ("kind", "kind_level", "done"))
    if kind in RECTIFICATION_KIND:
        rows = rows[rows["kind"] == kind]
    if level in LEVEL_LABELS:
        rows = rows[rows["level"] == level]
    if done in ("completed", "overdue"):
        rows = rows[rows[f"is_{done}"]]
    return rows


def read(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Return problem lists, campaigns and rules as people read them."""
    return pd.DataFrame(
        {
            "编号": rows["id"],
            "类别": rows["kind"].map(RECTIFICATION_KIND),
            "层级": rows["level"].map(LEVEL_LABELS),
            "地区": cached.below_root(scope, rows["region_name"]),
            "名称": rows["title"],
            "领域": rows["industry_name"].fillna(""),
            "责任单位": rows["unit_name"].fillna(""),
            "开始": rows["started_on"].map(wording.day),
            "期限": rows["due_on"].map(wording.day),
            "完成": rows["completed_on"].map(wording.day),
            "状态": [
                "已完成" if done else "● 超期" if late else "进行中"
                for done, late in zip(rows["is_completed"], rows["is_overdue"], strict=True)
            ],
            "结果": rows["result"].fillna(""),
        }
    )


def _list(scope: Scope, chosen: Filters) -> None:
    rows = _listed(scope, chosen)
    told = read(scope, rows)
    narrowed = [
        label
        for name, labels in (
            ("kind", RECTIFICATION_KIND),
            ("kind_level", {code: f"{label}级" for code, label in LEVEL_LABELS.items()}),
            ("done", {"completed": "已完成", "overdue": "超期未完成"}),
        )
        if (label := labels.get(st.query_params.get(name, "")))
    ]
    Panel(
        key="effect-change-list",
        title=f"清单：{'，'.join(narrowed) or '全部'}，共 {len(told):,} 条",
        chart=told if len(told) else None,
        reading="",
        definition=f"所选范围和期间内的问题清单、专项治理和制度，{DATED}",
        data=told,
        empty="没有符合条件的条目。",
        rows=None,
        widths=(("名称", 240), ("地区", "medium"), ("完成", 100), ("结果", 150)),
    ).draw(scope, chosen)


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    counts(scope, chosen).draw(scope, chosen)
    choice("kind", "清单类别", KINDS)
    _list(scope, chosen)
    series = cast(
        "Series", choice("series", "比较什么", {str(code): label for code, (label, _) in SERIES.items()})
    )
    grid([(one,) for one in campaigns(scope, chosen, series)], scope, chosen)
