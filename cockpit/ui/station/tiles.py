"""The six modules as tiles: each state in a word and a shape, what is open and late, and the way into the module."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import MODULE
from cockpit.scope import Scope
from cockpit.ui import wording
from cockpit.ui.station import kept, large
from cockpit.ui.station.large import words

WIDTH_MIN = 150
# The whole of a tile is its button, for a thumb; titles of records are read to their end.
STYLE = """<style>
[data-testid="stMain"] [data-testid="stPageLink"] p { white-space: normal; }
[class*="st-key-tile-"] { position: relative; }
[class*="st-key-tile-"] button::after { content: ""; position: absolute; inset: 0; }
[class*="st-key-tile-"] [data-testid="stButton"], [class*="st-key-tile-"] [data-testid="stElementContainer"] { position: static; }
</style>"""


def draw(scope: Scope, rows: pd.DataFrame) -> None:
    """Draw the modules of a village, rows of `module.modules`."""
    if rows.empty:
        st.info("没有这个村的记录：可能已经撤并。", icon=":material/inbox:")
        return
    by_module = {row["module"]: row for row in rows.to_dict("records")}
    counts = rows["state"].value_counts()
    said = "、".join(
        f"{counts[state]} 个{words(mark.word)}" for state, mark in kept.MARKS.items() if counts.get(state)
    )
    first, last = kept.period(scope)
    st.markdown(f"### {words('村级事项')}")
    st.caption(f"{said}。{words('本期')}：{first} 至 {last}。点开一项，看依据和清单。")
    st.html(STYLE)
    with st.grid(large.columns(6), min_column_width=WIDTH_MIN):
        for code in MODULE:
            if code in by_module:
                _tile(code, by_module[code])


def _tile(code: str, row: Mapping[Any, Any]) -> None:
    mark = kept.MARKS[row["state"]]
    with st.container(border=True, height="stretch", gap="xsmall", key=f"tile-{code}"):
        st.button(
            f"**{words(MODULE[code])}**",
            key=f"open-{code}",
            type="tertiary",
            on_click=kept.show,
            kwargs={"module": code},
        )
        st.markdown(f":{mark.colour}-badge[{mark.sign} {words(mark.word)}]")
        because = "、".join(words(reason.label) for reason in row["reasons"] if reason.state == row["state"])
        lines = [because] if because else []
        lines.append(f"{words('本期')} **{row['item_count']:,}** 项")
        if row["open_alert_count"]:
            lines.append(f"{words('未处置预警')} **{row['open_alert_count']:,}**")
        if row["late_count"]:
            lines.append(f"{words('迟填')} **{row['late_count']:,}**")
        lines.append(f"{words('最近录入')} {wording.day(row['latest_on'])}")
        st.markdown("  \n".join(lines))
