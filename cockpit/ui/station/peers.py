"""The village among its like: the same type and size; a dot on a band, never a rank."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.charts.like import like
from cockpit.queries import module
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.station import large


@cached.by_build
def peers(scope: Scope, village: str) -> pd.DataFrame:
    """Return the figures of the village beside the bands of its like; see `module.peers`."""
    return module.peers(scope, village)


def written(figure: str, value: float) -> str:
    """Write a value of a figure in its unit."""
    unit = module.PEER_FIGURES[figure].unit
    return f"{100 * value:.0f}%" if unit == "%" else f"{value:,.1f} {unit}"


def said(row: Mapping[Any, Any]) -> str:
    """Say a figure and its band in one sentence."""
    value, low, mid, high = (written(row["figure"], row[name]) for name in ("value", "low", "mid", "high"))
    where = (
        "低于多数同类村"
        if row["value"] < row["low"]
        else "高于多数同类村"
        if row["value"] > row["high"]
        else "在多数同类村之间"
    )
    return f"本村 {value}，{where}（{low}—{high}，中位 {mid}；{row['count_place']:.0f} 个村）"


def draw(scope: Scope, village: str, code: str) -> None:
    """Draw the figures of one module beside those of the village's like."""
    rows = peers(scope, village)
    rows = rows[rows["module"] == code]
    with st.container(border=True, height="stretch", key="station-peers"):
        st.markdown(
            f"### {large.words('与同类村比较')}",
            help="同类：同为村或社区、人口规模相近。灰带为同类村的 10%—90%，竖线为中位，圆点为本村；各行各按自己的尺度，不排名次。",
        )
        known = rows.dropna(subset=["value", "low", "high"])
        if known.empty:
            st.caption("没有可比的数字：本村无数据，或同类村不足 5 个。")
            return
        words = [said(row) for row in known.to_dict("records")]
        labels = [module.PEER_FIGURES[figure].label for figure in known["figure"]]
        st.vega_lite_chart(
            like(known.assign(label=labels, words=words)), width="stretch", alt="；".join(words)
        )
        lines = [f"- **{label}**：{wording.plain(text)}" for label, text in zip(labels, words, strict=True)]
        st.markdown("\n".join(lines))
