"""One complaint (投诉详情): its record, its way through the six stages, and what else it hangs together with."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import COMPLAINT_STAGE
from cockpit.queries import complaint_detail, complaint_events, related
from cockpit.scope import Scope
from cockpit.ui import course, detail, frame, wording

TITLE = "投诉详情"
ICON = ":material/description:"
SHOWN_MAX = 10


def _facts(row: "pd.Series[Any]") -> dict[str, str]:
    return {
        "地区": row["region_name"],
        "行业": row["industry_name"] or "未分类",
        "问题类别": row["category"],
        "渠道": wording.code("complaint_channel", row["channel"]),
        "承办单位": row["unit_name"],
        "地点": row["place"],
        "受理时间": wording.moment(row["received_at"]),
        "办理期限": wording.moment(row["due_at"]),
        "办结时间": wording.moment(row["closed_at"]),
        "办理天数": wording.number(row["handling_days"], 1),
        "满意度": wording.number(row["satisfaction"]),
        "办理结果": wording.code("finding", row["outcome"]),
    }


def _line(row: "pd.Series[Any]", *more: str) -> None:
    """Draw another complaint as what opens it: a link would leave the address of this page as it is."""
    parts = (
        wording.day(row["received_at"]),
        *more,
        wording.plain(row["subject"] or f"投诉 {row['id']}"),
        "已办结" if row["is_closed"] else "未办结",
    )
    st.button(
        " · ".join(parts),
        key=f"related-{'returns' if more else 'same'}-{row['id']}",
        icon=":material/description:",
        type="tertiary",
        on_click=_open,
        args=(str(row["id"]),),
    )


def _open(complaint_id: str) -> None:
    st.query_params["id"] = complaint_id


def _returns(scope: Scope, row: "pd.Series[Any]") -> None:
    """Draw what this complaint comes back to, and what comes back to it."""
    rows = related.returns(scope, row["id"], row["region_code"])
    if rows.empty:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown("**上一次办结后再次反映**")
        for side, words in (
            ("earlier", "本件之前：办结后第 {} 天，本件再次反映"),
            ("later", "本件办结后第 {} 天再次反映"),
        ):
            for _, one in rows[rows["side"] == side].head(SHOWN_MAX).iterrows():
                # The day of the closing is the first.
                days = words.format(int(one["days_since_closure"]) + 1)
                why = "内容相近" if pd.notna(one["similarity"]) else "类别相同"
                _line(one, f"{days}（{why}）")
        st.caption("同一地点、类别相同或内容相近；类别相同的也可能是两件事，以核实为准。")


def _same(scope: Scope, row: "pd.Series[Any]") -> None:
    """Draw the other complaints of the same problem."""
    rows = related.same_problem(scope, row["id"], row["region_code"])
    if rows.empty:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**同一问题的其他反映（{len(rows):,} 件）**")
        for _, one in rows.head(SHOWN_MAX).iterrows():
            _line(one)
        # Whatever is filtered elsewhere: all of them, of their place and their days.
        times = [*rows["received_at"], row["received_at"]]
        frame.link(
            "complaints",
            f"查看全部 {len(rows) + 1:,} 件",
            region=row["region_code"],
            industry="",
            cluster=rows["cluster_id"].iloc[0],
            start=f"{min(times):%Y-%m-%d}",
            end=f"{max(times):%Y-%m-%d}",
        )
        st.caption("同一地点、时间相近、内容相似的投诉，不看姓名；只列您权限范围内的。")


def render(scope: Scope) -> None:
    """Draw the complaint the address names, when the scope admits it; the look is recorded."""
    with st.container(horizontal=True, vertical_alignment="center"):
        detail.back("complaints")
        course.draw("complaint", "complaints")
    row = detail.find(scope, "complaint", complaint_detail)
    if row is None:
        return
    st.subheader(wording.plain(row["subject"] or f"投诉 {row['id']}"), anchor=False)
    detail.marks(
        [
            (f"环节：{wording.code('complaint_stage', row['stage'])}", "blue"),
            ("已办结", "green") if row["is_closed"] else ("未办结", "gray"),
            *([("● 超期未办结", "red")] if row["is_overdue"] else []),
        ]
    )
    left, right = st.columns([3, 2])
    with left:
        detail.facts(wording.plain(f"投诉 {row['id']}"), _facts(row))
        detail.text("投诉内容", row["text"])
        _returns(scope, row)
        _same(scope, row)
    with right:
        events = complaint_events(scope, row["id"])
        detail.timeline(
            "六环节办理时间线", COMPLAINT_STAGE, events, start=row["received_at"], current=row["stage"]
        )


if __name__ == "__main__":
    frame.enter()
