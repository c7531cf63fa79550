"""The board: stations beside their six modules, silent and late ones first; a cell opens the station there."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.contract.codes import MODULE
from cockpit.queries import Filters, module
from cockpit.scope import Scope
from cockpit.ui import cached, export, filters, frame, wording
from cockpit.ui.station import kept
from cockpit.ui.town import urging

# Above a county a board would hold thousands.
LEVELS = ("county", "town", "village")
NAME, TOWN, LATE, OPEN, OVERDUE = "村", "乡镇", "迟填", "未处置预警", "超期"
COUNTS = {LATE: "%d", OPEN: "%d", OVERDUE: "● %d"}
KEY = "town-board"
ROWS_IN_SIGHT, TALL = 20, 760
SILENT = {"silent": "◇ 沉默", "no_data": "◇ 从无数据"}


@dataclass(frozen=True)
class Board:
    """A board as it is drawn: the table, the village of each row, what an export holds, what is said above it."""

    table: pd.DataFrame
    codes: tuple[str, ...]
    overdue: tuple[int, ...]
    told: pd.DataFrame
    summary: str
    states: tuple[tuple[str, str], ...]


def parts(scope: Scope, region: str | None) -> dict[str, str]:
    """Return the regions to choose from before there is a board, by code; {} where a board can be drawn."""
    roots = [region] if region else list(scope.regions)
    if roots and all(region_code.level(root) in LEVELS for root in roots):
        return {}
    return cached.children(scope, region)


@cached.by_scope
def board(scope: Scope, region: str | None) -> Board:
    """Return the board of a region: silent stations first, then by what is overdue, alarming and late."""
    rows = module.town_board(scope, region)
    rows = rows.assign(is_silent=rows["activity"] != "active").sort_values(
        ["is_silent", "overdue_count", "alarm_count", "late_count", "watch_count", "region_code"],
        ascending=[False, False, False, False, False, True],
        ignore_index=True,
    )
    words = {state: mark.words for state, mark in kept.MARKS.items()}
    told = pd.DataFrame(
        {
            NAME: rows["name"],
            TOWN: rows["town_name"],
            **{label: rows[code].map(words) for code, label in MODULE.items()},
            "最近录入": rows["latest_on"].map(wording.day),
            LATE: rows["late_count"],
            OPEN: rows["open_alert_count"],
            OVERDUE: rows["overdue_count"],
            "提示": rows["activity"].map(SILENT).fillna(""),
        }
    )
    if rows["town_name"].nunique() <= 1:
        told = told.drop(columns=TOWN)
    return Board(
        shown(told),
        tuple(rows["region_code"]),
        tuple(int(count) for count in rows["overdue_count"]),
        told,
        _summary(rows),
        tuple(
            (
                label,
                "、".join(
                    f"{mark.words} {counts[state]:,}"
                    for state, mark in kept.MARKS.items()
                    if counts.get(state)
                ),
            )
            for label, counts in ((label, rows[code].value_counts()) for code, label in MODULE.items())
        ),
    )


def shown(told: pd.DataFrame) -> pd.DataFrame:
    """Return the board with states as lists of one: so that the table draws each on a ground of its own."""
    return told.assign(
        **{label: told[label].map(lambda words: [words]) for label in MODULE.values()},
        # What is nothing stays empty.
        **{name: told[name].where(told[name] > 0) for name in COUNTS},
    )


def _summary(rows: pd.DataFrame) -> str:
    silent, late = int(rows["is_silent"].sum()), int((rows["late_count"] > 0).sum())
    overdue = int(rows["overdue_count"].sum())
    parts = [
        f"**{len(rows):,}** 个村（站）",
        f"有预警状态的 **{int((rows['alarm_count'] > 0).sum()):,}** 个",
        f"◇ 沉默 **{silent:,}** 个",
        f"有迟填的 **{late:,}** 个",
        f":red[● 超期未处置预警 **{overdue:,}** 条]" if overdue else "没有超期未处置预警",
    ]
    return "　".join(parts)


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the board of the region in focus with what is urged there, or the regions below it to choose from."""
    urging.settle(scope)
    below = parts(scope, chosen.region)
    if below:
        st.info("一屏只看一个县或乡镇的各村，请先选择。", icon=":material/account_tree:")
        with st.container(horizontal=True):
            for code, name in below.items():
                st.button(
                    wording.plain(name),
                    key=f"town-part-{code}",
                    on_click=filters.change,
                    args=(scope,),
                    kwargs={"region": code},
                )
        return
    if not kept.sees_modules(scope):
        st.info("您的范围只含部分行业或单位：村级记录不分行业和单位，因此不显示。", icon=":material/lock:")
        return
    urging.draw(scope)
    drawn = board(scope, chosen.region)
    if not drawn.codes:
        st.info("当前地区内没有村。", icon=":material/inbox:")
        return
    with st.container(border=True, key="town"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(drawn.summary, width="stretch")
            _menu(scope, chosen, drawn)
        picked = _table(scope, drawn)
    if picked:
        frame.go("station", **picked)


def _menu(scope: Scope, chosen: Filters, drawn: Board) -> None:
    first, last = kept.period(scope)
    with st.popover("口径与导出", type="tertiary", icon=":material/info:", key="town-about"):
        st.markdown(
            f"各模块状态按 {first} 至 {last} 的记录和现在未处置的预警判定，规则见各村联络站。"
            "排序：沉默的村在前，其次按超期、预警状态、迟填。沉默为久无任何数据的村；没有数据不等于正常。"
        )
        for label, counts in drawn.states:
            st.markdown(f"- **{label}**：{counts}")
        with st.container(horizontal=True):
            export.buttons(scope, "town", "乡镇看板", dict(filters.address(chosen)), lambda: drawn.told)


def _table(scope: Scope, drawn: Board) -> dict[str, str]:
    """Draw the table; return the parameters of the station that a press on it opens."""
    states = [mark.words for mark in kept.MARKS.values()]
    grounds = [mark.ground for mark in kept.MARKS.values()]
    pill = {
        label: st.column_config.MultiselectColumn(label, options=states, color=grounds, width=92)
        for label in MODULE.values()
    }
    st.dataframe(
        drawn.table,
        hide_index=True,
        height="content" if len(drawn.codes) <= ROWS_IN_SIGHT else TALL,
        column_config={
            NAME: st.column_config.TextColumn(NAME, pinned=True, width=110),
            **pill,
            **{
                name: st.column_config.NumberColumn(name, format=form, width=74)
                for name, form in COUNTS.items()
            },
        },
        on_select=lambda: _choose(scope, drawn),
        selection_mode="single-cell",
        key=KEY,
        # Its own word for nothing is English.
        placeholder="",
        alt="各村各模块的状态",
    )
    st.caption("点村名打开联络站，点模块直达该模块，点“超期”查看并督办。")
    # Taken up once: what is selected stays selected when people come back.
    found: dict[str, str] = st.session_state.pop(f"{KEY}-opens", {})
    return found


def opened(drawn: Board, row: int, column: str) -> dict[str, str] | None:
    """Return the parameters of the station that a cell stands for; None where what was selected is gone."""
    if row >= len(drawn.codes):
        return None
    modules = {label: code for code, label in MODULE.items()}
    return {"region": drawn.codes[row]} | ({"module": modules[column]} if column in modules else {})


def _choose(scope: Scope, drawn: Board) -> None:
    for row, column in st.session_state[KEY].selection.cells:
        asked = opened(drawn, int(row), column)
        if asked and column == OVERDUE and drawn.overdue[int(row)] and urging.may(scope):
            urging.begin(asked["region"])
        elif asked:
            st.session_state[f"{KEY}-opens"] = asked
