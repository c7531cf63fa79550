"""Section 单个对象: one place or unit: its score from a hundred down, its peers, its history, what would change its colour."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.charts.grade import MARKS, from_hundred, grade_history, peer_band
from cockpit.queries import Filters
from cockpit.rating_rules import LIMIT_REASONS, Version
from cockpit.scope import Scope
from cockpit.ui import cached, frame, trail, wording
from cockpit.ui.analysis.panel import Panel
from cockpit.ui.ecology import kept, note, report

# The page and its parameters that hold the rows behind a measure; '' for a page without lists of them.
ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "complaint_rate": ("complaints", {}),
    "complaint_repeat": ("complaints", {"repeat": "true"}),
    "satisfaction": ("complaints", {"rated": "rated"}),
    "complaint_late": ("complaints", {"complaint_state": "overdue"}),
    "alert_rate": ("alerts", {"finding": "confirmed"}),
    "alert_serious": ("alerts", {"finding": "confirmed"}),
    "alert_late": ("alerts", {}),
    "alert_undone": ("alerts", {"alert_state": "overdue"}),
    "disclosure": ("effect", {"section": "coverage"}),
    "entry_late": ("effect", {"section": "coverage"}),
    "discipline": ("alerts", {"has_persons": "true"}),
    "rectification_late": ("effect", {"section": "change"}),
}
ROWS_WORDS = {"complaints": "投诉清单", "alerts": "预警清单", "effect": "监督成效"}


@dataclass(frozen=True)
class Drawing:
    """All that the section draws for one place and month."""

    parts: pd.DataFrame
    steps: Panel
    table: pd.DataFrame
    peers: Panel
    course: Panel


def label(parts: pd.DataFrame) -> "pd.Series[str]":
    """Return the number behind each indicator with its unit and its counts."""
    return pd.Series(
        [
            "没有数据，权重分给其他指标"
            if row["is_missing"]
            else f"{kept.figure(row['value'], 2)} {row['unit']}（{kept.counted(row, 'numerator')}/{kept.counted(row, 'denominator')}）"
            for row in parts.to_dict("records")
        ],
        index=parts.index,
        dtype=object,
    )


def with_peers(parts: pd.DataFrame) -> pd.DataFrame:
    """Return indicators with the band of their peers in points, as their own are, the lower end being the worse."""
    span = parts["best"] - parts["worst"]
    band = {
        name: ((parts[name].astype(float) - parts["worst"]) / span).clip(0, 1) * 100
        for name in ("peer_low", "peer_mid", "peer_high")
    }
    return parts.assign(
        peer_low=np.minimum(band["peer_low"], band["peer_high"]),
        peer_mid=band["peer_mid"],
        peer_high=np.maximum(band["peer_low"], band["peer_high"]),
    )


def changes(course: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return the months at which the version of the rules differs from that of the month before, in words."""
    rows = course.sort_values("month")
    moved = rows[rows["version"].ne(rows["version"].shift()) & rows["version"].shift().notna()]
    return tuple(
        (f"{month:%Y-%m}", f"规则改为 {version}")
        for month, version in zip(pd.to_datetime(moved["month"]), moved["version"], strict=True)
    )


def cuts(version: Version) -> tuple[float, float, float]:
    """Return the least scores of A, B and C."""
    return version.cuts.a, version.cuts.b, version.cuts.c


@cached.by_build
def drawing(scope: Scope, code: str, month: date, score: float) -> Drawing:
    """Return what the section draws."""
    version = kept.version(scope, month)
    parts = kept.contributions(scope, code, month)
    parts = with_peers(parts).assign(words=label(parts))
    known = parts[~parts["is_missing"]].sort_values("lost", ascending=False)
    course = kept.history(scope, code)
    table = pd.DataFrame(
        {
            "类别": parts["family_label"],
            "指标": parts["label"],
            "数值": parts["value"].map(lambda value: kept.figure(value, 2)),
            "单位": parts["unit"],
            "分子": [kept.counted(row, "numerator") for row in parts.to_dict("records")],
            "分母": [kept.counted(row, "denominator") for row in parts.to_dict("records")],
            "指标分": parts["points"].map(kept.figure),
            "权重": parts["weight"].map(kept.figure),
            "扣分": parts["lost"].map(lambda value: kept.figure(value, 2)),
        }
    )
    steps = Panel(
        key="ecology-steps",
        title="由 100 分起，每项扣了多少",
        chart=None
        if pd.isna(score)
        else from_hundred(known[["label", "lost", "words"]], score=score, cuts=cuts(version)),
        reading=_reading(known, score),
        definition="得分 = 100 − Σ 权重 ×（100 − 指标分）；指标分按固定目标值线性折算，缺数据的指标不计，其权重按比例分给其他指标。虚线为分数线："
        + "，".join(f"{letter} ≥{cut:g}" for letter, cut in zip("ABC", cuts(version), strict=True))
        + "。",
        data=table,
        empty="没有可评分的指标。",
        rows=None,
    )
    peers = Panel(
        key="ecology-peers",
        title="与同类相比",
        chart=peer_band(
            known[["label", "points", "peer_low", "peer_mid", "peer_high", "words"]].reset_index(drop=True)
        )
        if len(known)
        else None,
        reading="",
        definition="橙色菱形为本地指标分，灰带为同类组第 10–90 百分位，竖线为中位数。只给出范围，不列出其他地区；不足 5 个的组不给范围。",
        data=None,
        empty="没有可比较的指标。",
        rows=None,
    )
    shown = course.assign(
        month=pd.to_datetime(course["month"]).dt.strftime("%Y-%m"),
        grade=course["shown_grade"].fillna(""),
        note=[
            "；".join(filter(None, (f"规则 {version}", LIMIT_REASONS.get(limit), kept.grey(grey))))
            for version, limit, grey in zip(
                course["version"], course["limit_reason"], course["grey_reason"], strict=True
            )
        ],
    )
    data = pd.DataFrame(
        {
            "月份": shown["month"],
            "得分": shown["score"].round(2),
            "等级": shown["grade"].map(kept.words),
            "规则版本": shown["version"],
        }
    )
    trace = Panel(
        key="ecology-history",
        title="近 24 个月",
        chart=grade_history(shown, cuts=cuts(version), changes=changes(course)) if len(shown) else None,
        reading="",
        definition="各月按当月生效的规则评价，发布后不因补录而改变；竖虚线为规则变更。字母为显示等级（含否决与限制）。",
        data=data,
        empty="没有历史评价。",
        rows=None,
    )
    return Drawing(parts, steps, table, peers, trace)


def _reading(known: pd.DataFrame, score: float) -> str:
    if pd.isna(score) or not len(known):
        return ""
    most = known[known["lost"] >= 0.05].head(3)
    if not len(most):
        return "各指标都没有扣分。"
    listed = "、".join(
        f"{row['label']} −{row['lost']:.1f}（{row['words']}）" for row in most.to_dict("records")
    )
    return f"共扣 {100 - score:.1f} 分，最多的是：{listed}。"


def draw(scope: Scope, chosen: Filters, month: date) -> None:
    """Draw the section."""
    code = _which(scope, chosen, month)
    if not code:
        return
    rows = kept.one(scope, month, code)
    # With the outcome, and by the month: each is a look of its own.
    trail.record_once(scope, "view" if len(rows) else "denied", f"rating/{code}/{month:%Y-%m}")
    if not len(rows):
        st.warning(
            "没有这个地区或单位的评价：它可能不在您的可见范围内，或该月尚未评价。",
            icon=":material/lock:",
        )
        return
    row = rows.to_dict("records")[0]
    drawn = drawing(scope, code, month, float(row["score"]))
    _head(scope, row, month)
    with st.grid(2, min_column_width=420):
        drawn.steps.draw(scope, chosen)
        drawn.peers.draw(scope, chosen)
    _numbers(drawn, code, month)
    with st.grid(2, min_column_width=420):
        drawn.course.draw(scope, chosen)
        _ways(scope, row, code, month)
    note.draw(scope, row)
    report.buttons(scope, row, month)


def _which(scope: Scope, chosen: Filters, month: date) -> str:
    """Draw the choice of the place or unit; return its code, '' with the reason where there is none."""
    asked = st.query_params.get(kept.PLACE, "")
    focus = chosen.region or (scope.regions[0] if len(scope.regions) == 1 else "")
    tier = kept.tier(scope, chosen.region)
    names, total = kept.names(scope, month, chosen.region, tier)
    code = asked or (focus if focus and len(kept.one(scope, month, focus)) else next(iter(names), ""))
    if not code:
        st.info("当前地区内没有可见的评价。", icon=":material/inbox:")
        return ""
    key = "ecology-place"
    known = kept.one(scope, month, code) if code not in names else None
    if known is not None and len(known):
        names = {code: str(known["name"].iloc[0]), **names}
    if code in names:
        st.session_state[key] = code

        def keep() -> None:
            kept.open_place(st.session_state[key])

        st.selectbox(
            "地区或单位", list(names), key=key, on_change=keep, format_func=lambda one: names.get(one, one)
        )
        if total > kept.CHOICES_MAX:
            st.caption(f"只列出前 {kept.CHOICES_MAX} 个，共 {total:,} 个；请先选择上级地区。")
    return str(code)


def _head(scope: Scope, row: Mapping[Any, Any], month: date) -> None:
    """Draw the grade as it is shown, and beside the score what limits it, how sure it is, by which rules."""
    mark = MARKS.get(str(row["shown_grade"]), MARKS[""])
    version = kept.version(scope, month)
    with st.container(border=True, key="ecology-head"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(
                f'<div style="min-width:96px;padding:10px 14px;border-radius:8px;background:{mark.ground};color:{mark.ink};'
                f'font-weight:700;font-size:26px;text-align:center">{mark.letter or "–"} {mark.sign}'
                f'<div style="font-size:14px">{mark.label}</div></div>',
                width="content",
            )
            with st.container(gap="xsmall"):
                st.markdown(f"#### {wording.plain(str(row['name']))}")
                st.caption(wording.plain(" · ".join(_said(row, version, month))))
        for text in _beside(row):
            st.warning(wording.plain(text), icon=":material/gavel:")
        with st.grid(4, min_column_width=150):
            st.metric(
                "得分",
                kept.figure(row["score"]),
                _moved(row),
                delta_description="较上月",
                border=True,
                height="stretch",
            )
            st.metric(
                "等级把握", *_chance(row), border=True, height="stretch", delta_color="off", delta_arrow="off"
            )
            st.metric(
                "名次范围（5–95%）",
                f"{kept.figure(row['rank_low'], 0)}–{kept.figure(row['rank_high'], 0)}",
                help="在各组权重下，同级可比对象中的名次范围；重叠的不分先后。",
                border=True,
                height="stretch",
            )
            st.metric(
                "同类得分范围（10–90%）",
                _peers(scope, row, month),
                help=f"同类组：{row['peer_group']}；不足 5 个的组不给出。",
                border=True,
                height="stretch",
            )
        if region_code.is_code(str(row["code"])) and region_code.level(str(row["code"])) != "village":
            st.button(
                "查看其下各地区",
                key="ecology-down",
                icon=":material/account_tree:",
                on_click=kept.go_down,
                args=(scope, str(row["code"])),
            )


def _peers(scope: Scope, row: Mapping[Any, Any], month: date) -> str:
    bands = kept.peer_scores(scope, str(row["level"]), str(row["peer_group"]))
    bands = bands[pd.to_datetime(bands["month"]).dt.date == month]
    if not len(bands):
        return wording.NOTHING
    return f"{kept.figure(bands['low'].iloc[0])}–{kept.figure(bands['high'].iloc[0])}"


def _said(row: Mapping[Any, Any], version: Version, month: date) -> list[str]:
    return [
        f"评价月 {month:%Y-%m}（含此前共 12 个月）",
        f"同类组 {row['peer_group']}",
        f"规则 {version.name}（{version.effective_from:%Y-%m-%d} 起施行）",
        "仅供确定监督重点，不作为认定问题或处理人员的依据",
    ]


def _beside(row: Mapping[Any, Any]) -> list[str]:
    found = []
    if row["grey_reason"]:
        found.append(f"未评等级：{kept.grey(row['grey_reason'])}。")
    if row["shown_grade"] != row["grade"]:
        found.append(
            f"按得分为 {kept.words(row['grade'])}，因否决或限制显示为 {kept.words(row['shown_grade'])}；依据见下方“否决、限制与申诉”。"
        )
    return found


def _moved(row: Mapping[Any, Any]) -> str | None:
    now, before = row["score"], row["previous_score"]
    return None if pd.isna(now) or pd.isna(before) else f"{now - before:+.1f}"


def _chance(row: Mapping[Any, Any]) -> tuple[str, str]:
    chances = {letter: row[f"p_{letter.lower()}"] for letter in "ABCD"}
    if any(pd.isna(one) for one in chances.values()):
        return wording.NOTHING, "无得分"
    letter = max(chances, key=lambda one: chances[one])
    told = "　".join(f"{name} {100 * one:.0f}%" for name, one in chances.items() if one >= 0.005)
    return f"{letter} {100 * chances[letter]:.0f}%", f"临界：{told}" if row["is_borderline"] else told


def _numbers(drawn: Drawing, code: str, month: date) -> None:
    """Draw the numbers behind each indicator; a row opens what they were counted from."""
    with st.container(border=True, key="ecology-numbers"):
        st.markdown(
            "**每项的数据**",
            help="数值为小基数收缩后的值，分子、分母为 12 个月的原始数。点选一行，查看被计数的记录。",
        )
        key = f"ecology-numbers-{code}"
        table = st.dataframe(
            drawn.table.assign(
                出处=[
                    ROWS_WORDS.get(ROWS.get(name, ("", {}))[0], wording.NOTHING)
                    for name in drawn.parts["indicator"]
                ]
            ),
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-row",
            key=key,
            alt="每项指标的数据",
        )
        st.caption("点选一行，打开其出处：同一地区或单位、同样 12 个月的记录。数据截至与来源见页首。")
    chosen = table.selection.rows
    if chosen and chosen[0] < len(drawn.parts):
        slug, more = ROWS.get(str(drawn.parts["indicator"].iloc[chosen[0]]), ("", {}))
        if slug:
            frame.go(slug, **_asked(code, month, slug), **more)


def _asked(code: str, month: date, slug: str) -> dict[str, str]:
    first = pd.Period(month, "M") - 11
    asked = {"from": f"{first}", "to": f"{month:%Y-%m}"}
    if region_code.is_code(code):
        return {**asked, "region": code}
    return {**asked, "unit": code} if slug != "effect" else asked


def _ways(scope: Scope, row: Mapping[Any, Any], code: str, month: date) -> None:
    with st.container(border=True, height="stretch", key="ecology-ways"):
        st.markdown("**怎样会变色**", help="其他各项不变，只改一项时，最小要改到多少。")
        if row["grey_reason"]:
            st.caption(f"未评等级：{kept.grey(row['grey_reason'])}；先补足数据。")
            return
        ways = kept.ways_up(scope, code, month)
        if not len(ways):
            st.caption(
                "已是最高等级。"
                if row["grade"] == "A"
                else "没有哪一项单独改到最好就能升级，需要几项一起改进。"
            )
            return
        st.dataframe(
            pd.DataFrame(
                {
                    "指标": ways["label"],
                    "现在": [stated(one, "from", "numerator") for one in ways.to_dict("records")],
                    "改到": [stated(one, "to", "numerator_to") for one in ways.to_dict("records")],
                    "变为": ways["grade"].map(kept.words),
                }
            ),
            hide_index=True,
            height="content",
            alt="怎样会变色",
        )
        if row["shown_grade"] != row["grade"]:
            st.caption("在否决或限制有效期内，显示的等级不会因此改变。")


def stated(way: Mapping[Any, Any], value: str, count: str) -> str:
    """Write a value of an indicator with its unit and the cases that it means: whole ones, that suffice."""
    told = f"{kept.figure(way[value], 2)} {way['unit']}"
    if kept.is_small(way):
        return told
    rounded = math.ceil(way[count] - 1e-9) if way["better"] == "high" else math.floor(way[count] + 1e-9)
    return f"{told}（{rounded:,}/{kept.figure(way['denominator'], 0)}）"
