"""What the village has to make public: a list to tick off, what is late and what was never published first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.queries import disclosure
from cockpit.scope import Scope
from cockpit.ui import cached, export, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.station import kept, large
from cockpit.ui.station.large import words

ROWS = 5
# Sign and colour beside the word of each state; the most pressing first.
MARKS = {"late": ("□", "red"), "missing": ("□", "orange"), "public": ("√", "green")}
SHOWN = {"due": "待公开", **{state: disclosure.STATES[state] for state in MARKS}, "all": "全部"}
SEARCH = "station-item-search"


@cached.by_build
def items(scope: Scope, village: str) -> pd.DataFrame:
    """Return the items that a village has to make public; see `disclosure.items`."""
    return disclosure.items(scope, village)


def summary(rows: pd.DataFrame) -> str:
    """Say how many items are public, late and missing, in Markdown."""
    counts = rows["state"].value_counts()
    parts = [
        f":{colour}[{words(disclosure.STATES[state])} **{counts.get(state, 0):,}** 项]"
        for state, (_, colour) in MARKS.items()
    ]
    return "　".join([*parts, f"共 **{len(rows):,}** 项"])


def line(row: Mapping[Any, Any]) -> str:
    """Write an item as a line of a list, in Markdown."""
    sign, colour = MARKS[row["state"]]
    state = f":{colour}[{words(disclosure.STATES[row['state']])}]"
    name = wording.plain(str(row["name"]))
    due = wording.day(row["due_on"])
    if row["state"] == "public":
        return f"- {sign} {name}　{state}，{wording.day(row['published_on'])}，下次 {due} 前"
    late = "" if pd.isna(row["days_late"]) else f"，已过 {row['days_late']:,.0f} 天"
    last = "" if pd.isna(row["published_on"]) else f"，上次 {wording.day(row['published_on'])}"
    return f"- {sign} **{name}**　{state}，应于 {due} 前公开{late}{last}"


def draw(scope: Scope, village: str) -> None:
    """Draw how many items are not public, the most pressing of them, and the way to the whole list."""
    rows = items(scope, village)
    with st.container(border=True, height="stretch", key="station-disclosed"):
        st.markdown(f"### {words('公开事项')}")
        if rows.empty:
            st.caption("没有公开事项清单；管理员可在“数据接入”装载。")
            return
        st.markdown(summary(rows))
        due = rows[rows["state"] != "public"]
        if len(due):
            st.markdown("\n".join(line(row) for row in due.head(ROWS).to_dict("records")))
        else:
            st.caption("应公开的事项都在期限内公开了。")
        st.button(
            f"逐项清单（待公开 {len(due):,} 项）",
            key="all-items",
            icon=":material/checklist:",
            on_click=kept.show,
            kwargs={"section": "disclosed"},
        )


def draw_all(scope: Scope, village: str) -> None:
    """Draw the whole list by category, narrowed by state and by a word."""
    rows = items(scope, village)
    st.markdown(f"### {words('公开事项')}")
    st.markdown(summary(rows))
    asked = choice(
        kept.ITEM_STATE, "只看", {code: words(label) for code, label in SHOWN.items()}, is_titled=False
    )
    search = st.text_input(
        "查找事项", key=SEARCH, placeholder="输入事项名称", icon=":material/search:"
    ).strip()
    if asked != "all":
        rows = rows[rows["state"] == asked] if asked != "due" else rows[rows["state"] != "public"]
    if search:
        rows = rows[
            rows["name"].str.contains(search, regex=False)
            | rows["category"].fillna("").str.contains(search, regex=False)
        ]
    if rows.empty:
        st.info("没有符合条件的事项。", icon=":material/task_alt:")
        return
    with st.grid(large.columns(2), min_column_width=360):
        for category, part in rows.groupby(rows["category"].fillna("其他"), sort=False):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{wording.plain(str(category))}**（{len(part):,} 项）")
                st.markdown("\n".join(line(row) for row in part.to_dict("records")))
    export.buttons(
        scope,
        "station-disclosure",
        "公开事项清单",
        {"region": village, "state": asked, "search": search},
        lambda: read(rows),
    )


def read(rows: pd.DataFrame) -> pd.DataFrame:
    """Return items as an export has them."""
    return pd.DataFrame(
        {
            "代码": rows["code"],
            "事项": rows["name"],
            "类别": rows["category"],
            "公开周期（天）": rows["interval_days"],
            "状态": rows["state"].map(disclosure.STATES),
            "最近公开": rows["published_on"].map(wording.day),
            "应公开期限": rows["due_on"].map(wording.day),
        }
    )
