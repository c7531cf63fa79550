"""What residents said of the village: each with its stage, how soon it was taken up and settled, and the answer."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.contract.codes import COMPLAINT_STAGE
from cockpit.queries import module
from cockpit.queries.module import Satisfaction
from cockpit.scope import Scope
from cockpit.ui import cached, detail, frame, wording
from cockpit.ui.station import kept, large
from cockpit.ui.station.large import words

# So many stand on the page, and so many where it shows nothing else; all of them in the list of complaints.
ROWS, ROWS_MAX = 3, 30


@cached.by_scope
def suggestions(scope: Scope, village: str) -> pd.DataFrame:
    """Return the complaints of the village in the period; see `module.suggestions`."""
    return module.suggestions(scope, village)


def of(part: float, whole: float) -> str:
    """Write a share of a few by its counts, from ten on in per cent too; a dash without any."""
    if not whole:
        return wording.NOTHING
    counts = f"{part:,.0f}/{whole:,.0f}"
    return counts if whole < PER_CENT_BASE_MIN else f"{counts}（{100 * part / whole:.0f}%）"


def middle(days: "pd.Series[Any]") -> str:
    """Write the middle of some days; a dash without any."""
    known = days.dropna()
    return f"{known.median():.0f} 天" if len(known) else wording.NOTHING


@cached.by_scope
def satisfaction(scope: Scope, village: str) -> Satisfaction:
    """Return how many residents were satisfied; see `module.satisfaction`."""
    return module.satisfaction(scope, village)


def summary(rows: pd.DataFrame, rated: Satisfaction) -> str:
    """Say how many there are and how they went, in Markdown."""
    overdue = int(rows["is_overdue"].sum())
    parts = [
        f"{words('本期')}收到 **{rated.complaints:,}** 件",
        f"已办结 **{rated.closed:,}** 件",
        *([f":red[● {words('超期')} **{overdue:,}** 件]"] if overdue else []),
        f"着手 **{middle(rows['first_action_days'])}**、有结果 **{middle(rows['result_days'])}**（中位）",
        f"满意 **{of(rated.satisfied, rated.rated)}**",
    ]
    return "　".join(parts)


def draw(scope: Scope, village: str) -> None:
    """Draw how they went and the latest of them, open ones first, and the way to the rest."""
    rows = suggestions(scope, village)
    with st.container(border=True, height="stretch", key="station-suggestions"):
        st.markdown(
            f"### {words('群众反映')}",
            help="着手：受理后的第一步办理；有结果：办结。满意为评价 4、5 分的件数与已评价件数。",
        )
        if rows.empty:
            st.caption(f"{words('本期')}没有收到投诉或建议。没有人反映不等于没有问题。")
            return
        st.markdown(summary(rows, satisfaction(scope, village)))
        for row in _first(rows).head(ROWS).to_dict("records"):
            _item(row)
        if len(rows) > ROWS:
            st.button(
                f"查看全部 {len(rows):,} 件",
                key="all-suggestions",
                on_click=kept.show,
                kwargs={"section": "suggestions"},
            )


def draw_all(scope: Scope, village: str) -> None:
    """Draw the suggestions alone, and the way to the list of all complaints."""
    rows = suggestions(scope, village)
    st.markdown(f"### {words('群众反映')}")
    if rows.empty:
        st.caption(f"{words('本期')}没有收到投诉或建议。没有人反映不等于没有问题。")
        return
    st.markdown(summary(rows, satisfaction(scope, village)))
    with st.grid(large.columns(2), min_column_width=360):
        for row in _first(rows).head(ROWS_MAX).to_dict("records"):
            with st.container(border=True, height="stretch", gap="xsmall"):
                _item(row)
    if len(rows) > ROWS_MAX:
        st.caption(f"共 {len(rows):,} 件，列出其中 {ROWS_MAX} 件。")
    first, last = kept.period(scope)
    months = {"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}"}
    frame.link("complaints", "在投诉清单中查看", region=village, industry="", level="", **months)


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return suggestions as they matter: overdue, open, then closed ones, the latest first."""
    order = ["is_overdue", "is_closed", "received_at"]
    return rows.sort_values(order, ascending=[False, True, False], kind="stable")


def _item(row: Mapping[Any, Any]) -> None:
    marks = [
        ("● " + words("超期"), "red")
        if row["is_overdue"]
        else ("√ 已办结", "green")
        if row["is_closed"]
        else ("办理中", "blue")
    ]
    if pd.notna(row["satisfaction"]):
        marks.append((f"评价 {row['satisfaction']:.0f} 分（满分 5）", "gray"))
    with st.container(gap="xsmall"):
        frame.link("complaint", wording.plain(row["subject"] or f"投诉 {row['id']}"), id=str(row["id"]))
        detail.marks(marks)
        steps = " › ".join(
            f"**{label}**" if code == row["stage"] else label for code, label in COMPLAINT_STAGE.items()
        )
        st.caption(f"{steps}  \n{took(row)}")
        said = [("结果", wording.code("finding", row["outcome"])), ("答复", row["reply"])]
        told = [
            f"{label}：{text}"
            for label, text in said
            if isinstance(text, str) and text not in ("", wording.NOTHING)
        ]
        if told:
            st.text("\n".join(told))


def took(row: Mapping[Any, Any]) -> str:
    """Say when it was received, how soon it was taken up and settled."""
    parts = [f"{wording.day(row['received_at'])} 收到"]
    for name, words_ in (("first_action_days", "天后着手"), ("result_days", "天有结果")):
        if pd.notna(row[name]):
            parts.append(f"{row[name]:.0f} {words_}")
    return "，".join(parts)
