"""What the village has to put right: problem lists, campaigns and rules with their dates, the overdue ones first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import RECTIFICATION_KIND
from cockpit.queries import module
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.station.large import words

ROWS = 6


@cached.by_build
def rectifications(scope: Scope, village: str) -> pd.DataFrame:
    """Return problem lists, campaigns and rules of the village; see `module.rectifications`."""
    return module.rectifications(scope, village)


def line(row: Mapping[Any, Any]) -> str:
    """Write one as a line of a list, in Markdown."""
    state = (
        ":green[√ 已完成]"
        if row["is_completed"]
        else f":red[● {words('超期')}]"
        if row["is_overdue"]
        else ":blue[进行中]"
    )
    day = (
        f"完成 {wording.day(row['completed_on'])}"
        if row["is_completed"]
        else f"期限 {wording.day(row['due_on'])}"
    )
    result = f"；{wording.plain(row['result'])}" if isinstance(row["result"], str) and row["result"] else ""
    return f"- {state}　**{wording.plain(str(row['title']))}**（{RECTIFICATION_KIND[row['kind']]}），{day}{result}"


def draw(scope: Scope, village: str) -> None:
    """Draw how many are open and overdue, and the most pressing of them."""
    rows = rectifications(scope, village)
    with st.container(border=True, height="stretch", key="station-rectification"):
        st.markdown(f"### {words('整改')}")
        if rows.empty:
            st.caption("没有记在本村的问题清单、专项治理或制度。")
            return
        open_ = rows[~rows["is_completed"].astype(bool)]
        overdue = int(rows["is_overdue"].sum())
        late = f"，其中 :red[● {words('超期')} **{overdue:,}** 项]" if overdue else "，没有超期"
        st.markdown(f"共 **{len(rows):,}** 项，未完成 **{len(open_):,}** 项{late if len(open_) else ''}")
        st.markdown("\n".join(line(row) for row in rows.head(ROWS).to_dict("records")))
        if len(rows) > ROWS:
            with st.expander(f"其余 {len(rows) - ROWS:,} 项"):
                st.markdown("\n".join(line(row) for row in rows.iloc[ROWS:].to_dict("records")))
