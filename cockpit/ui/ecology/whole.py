"""Section 总览: all places of a tier as tiles or on the map, their shares by peer group, what has changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.charts.grade import MARKS, grade_map, grade_shares, tiles
from cockpit.queries import Filters, rating
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import ROWS_IN_SIGHT, TABLE_HEIGHT, Panel
from cockpit.ui.ecology import kept, report
from cockpit.ui.heat import place as outlines

VIEWS = {"tiles": "方格", "map": "地图"}
TILES_MAX, MAP_MAX, LISTED_MAX, CHANGES_MAX = 300, 1500, 500, 200
NEW = "新评"


@dataclass(frozen=True)
class Drawing:
    """All that the section draws for one tier and month."""

    total: int
    borderline: int
    listed: pd.DataFrame
    counts: dict[str, int]
    before: dict[str, int]
    picture: Any
    shares: Panel
    changes: pd.DataFrame
    codes: tuple[str, ...]
    notes: tuple[str, ...]


@cached.by_build
def drawing(scope: Scope, region: str | None, month: date, tier: str, view: str) -> Drawing:
    """Return what the section draws."""
    shares = rating.shares(scope, month, region, tier)
    total = int(shares["count_place"].sum())
    # The worst that are listed, with words for each; the map has room for more.
    told = kept.shown(
        rating.grades(scope, month, region, tier, worst=MAP_MAX if view == "map" else LISTED_MAX)
    )
    told["parent"] = [
        parent if isinstance(parent, str) else _county(code)
        for parent, code in zip(told["parent"], told["region_code"], strict=True)
    ]
    parents = told["parent"].map(cached.region_names(scope)).fillna(wording.NOTHING)
    told["group"] = cached.below_root(scope, parents).replace("", wording.NOTHING)
    notes: list[str] = []
    picture: Any = None
    if total and view == "tiles":
        picture = tiles(told.head(TILES_MAX).sort_values(["parent", "code"]))
        if total > TILES_MAX:
            notes.append(f"共 {total:,} 个，只画出等级较低的 {TILES_MAX} 个；请先选择上级地区。")
    elif total:
        picture, more = _map(scope, region, told, tier, total)
        notes += more
    changed = _changes(rating.grades(scope, month, region, tier, worst=CHANGES_MAX, is_changed=True))
    was = shares["previous_grade"]
    count = int(shares.loc[was.notna() & (was != shares["shown_grade"]), "count_place"].sum())
    if count > len(changed):
        notes.append(f"等级变化共 {count:,} 个，列出其中 {len(changed)} 个。")
    return Drawing(
        total,
        int(shares.loc[shares["is_borderline"], "count_place"].sum()),
        told.head(LISTED_MAX),
        _counts(shares, "shown_grade"),
        _counts(shares, "previous_grade"),
        picture,
        _shares(shares, tier),
        changed.drop(columns="code"),
        tuple(changed["code"]),
        tuple(notes),
    )


def _counts(shares: pd.DataFrame, name: str) -> dict[str, int]:
    return {letter: int(shares.loc[shares[name] == letter, "count_place"].sum()) for letter in MARKS}


def _county(code: str) -> str:
    """Return the county that a unit's region lies in, the region itself where it lies in none."""
    inside = (*region_code.ancestors(code), code)
    return next((one for one in inside if region_code.level(one) == "county"), code)


def _map(
    scope: Scope, region: str | None, rows: pd.DataFrame, tier: str, total: int
) -> tuple[Any, list[str]]:
    if tier == kept.UNIT:
        return None, ["单位没有边界，请选“方格”。"]
    if total > MAP_MAX:
        return None, [f"共 {total:,} 个地区，图上无法分辨；请先选择上级地区。"]
    found, _ = outlines.shapes(scope, region, tier)
    lost = int((~rows["code"].isin(list(found)) & rows["longitude"].isna()).sum())
    return grade_map(found, rows), [f"{lost} 个地区既无边界又无坐标，未画在图上；见“方格”。"] if lost else []


def _shares(shares: pd.DataFrame, tier: str) -> Panel:
    rows = shares.rename(columns={"shown_grade": "grade", "count_place": "count"})
    groups = rows.groupby(["peer_group", "grade"])["count"].sum().reset_index()
    everything = groups.groupby("grade")["count"].sum().reset_index().assign(peer_group="全部")
    counts: list[pd.DataFrame] = [everything, groups]
    told = pd.concat(counts, ignore_index=True).rename(columns={"peer_group": "group"})
    told = told.sort_values("grade", key=lambda grades: grades.map(list(MARKS).index), kind="stable")
    told = told.sort_values("group", key=lambda names: names != "全部", kind="stable")
    return Panel(
        key="ecology-shares",
        title=f"各同类组的等级分布（{kept.TIERS[tier]}）",
        chart=grade_shares(told) if len(rows) else None,
        reading="",
        definition="同类组按类型与规模划分，只用于比较，不改变等级：等级由固定的目标值算出，不设各色名额。括号内为个数。",
        data=told.assign(grade=told["grade"].map(kept.words)).rename(
            columns={"group": "同类组", "grade": "等级", "count": "个数"}
        ),
        empty="没有可评价的对象。",
        rows=None,
    )


def _changes(moved: pd.DataFrame) -> pd.DataFrame:
    """Return what has changed as people read it."""
    return pd.DataFrame(
        {
            "code": moved["code"],
            "名称": moved["name"],
            "上期": moved["previous_grade"].map(kept.words),
            "本期": moved["shown_grade"].map(kept.words),
            "得分变化": [
                kept.figure(now - before)
                for now, before in zip(moved["score"], moved["previous_score"], strict=True)
            ],
            "原因": moved["change_reason"].fillna(wording.NOTHING).replace("", wording.NOTHING),
        }
    )


def draw(scope: Scope, chosen: Filters, month: date) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tier = kept.tier(scope, chosen.region)
        view = choice("view", "呈现方式", VIEWS)
    drawn = drawing(scope, chosen.region, month, tier, view)
    label = kept.TIERS[tier]
    if not drawn.total:
        st.info(
            f"{month:%Y-%m} 在当前地区内没有可见的{label}评价：可能没有这一层级，或您的范围只含其中一部分。可换一个评价对象或地区。",
            icon=":material/inbox:",
        )
        return
    _figures(drawn)
    with st.container(border=True, key="ecology-whole"):
        st.markdown(f"**各{label}等级**　{month:%Y-%m}，共 {drawn.total:,} 个", help=kept.LIMITS)
        if drawn.picture is not None:
            key = f"ecology-{view}-{tier}-{chosen.region or 'root'}"
            st.vega_lite_chart(
                drawn.picture,
                key=key,
                on_select=lambda: kept.pick(key),
                width="stretch",
                alt=f"各{label}等级；不便看图时请用下面的清单。",
            )
            st.caption("字母与形状表示等级（与预警的 ▲ 无关）；点击查看该地区或单位的扣分依据。")
        for note in drawn.notes:
            st.caption(f":material/info: {wording.plain(note)}")
        _picker(drawn, label)
    with st.grid(2, min_column_width=420):
        drawn.shares.draw(scope, chosen)
        _moved(drawn, month)
    report.batch(scope, chosen, month, tier, drawn.listed, drawn.total)


def _figures(drawn: Drawing) -> None:
    with st.grid(len(MARKS) + 1, min_column_width=130):
        for letter, mark in MARKS.items():
            st.metric(
                mark.words,
                f"{drawn.counts[letter]:,} 个",
                _moved_by(drawn, letter),
                delta_color="off",
                delta_description="较上月",
                border=True,
            )
        st.metric(
            "临界",
            f"{drawn.borderline:,} 个",
            help="在至少 1,000 组合理的权重下，没有一个等级达到 80% 的概率：颜色要谨慎看待。",
            border=True,
            height="stretch",
        )


def _moved_by(drawn: Drawing, letter: str) -> str | None:
    if not any(drawn.before.values()):
        return None
    # A plain 0 is drawn without an arrow.
    return f"{drawn.counts[letter] - drawn.before[letter]:+,}".replace("+0", "0")


def _picker(drawn: Drawing, label: str) -> None:
    """Draw the list of places: for the keyboard, and for those beyond the tiles."""
    rows = drawn.listed
    more = f"，等级较低的 {len(rows)} 个" if drawn.total > len(rows) else ""
    with st.expander(f"{label}清单（{drawn.total:,}{more}）"):
        key = "ecology-list"
        st.dataframe(
            pd.DataFrame(
                {
                    "名称": rows["name"],
                    "上级": rows["group"],
                    "等级": rows["grade"].map(kept.words),
                    "得分": rows["score"].map(kept.figure),
                    "同类组": rows["peer_group"],
                    "说明": rows["note"],
                }
            ),
            hide_index=True,
            height="content" if len(rows) <= ROWS_IN_SIGHT else TABLE_HEIGHT,
            on_select=lambda: _chosen(key, rows["code"].tolist()),
            selection_mode="single-row",
            key=key,
            alt=f"{label}等级清单",
        )


def _chosen(key: str, codes: list[str]) -> None:
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(codes):
        kept.open_place(codes[rows[0]])


def _moved(drawn: Drawing, month: date) -> None:
    with st.container(border=True, height="stretch", key="ecology-moved"):
        st.markdown("**较上月的等级变化及原因**")
        if not len(drawn.changes):
            st.caption(f"{month:%Y-%m} 与上月相比没有等级变化，或没有上月的评价。")
            return
        key = "ecology-changes"
        codes = list(drawn.codes)
        st.dataframe(
            drawn.changes,
            hide_index=True,
            height="content" if len(codes) <= ROWS_IN_SIGHT else TABLE_HEIGHT,
            on_select=lambda: _chosen(key, codes),
            selection_mode="single-row",
            key=key,
            alt="等级变化",
        )
