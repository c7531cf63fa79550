"""One complaint (投诉详情): its record and its way through the six stages."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import COMPLAINT_STAGE
from cockpit.queries import complaint_detail, complaint_events
from cockpit.scope import Scope
from cockpit.ui import detail, frame, wording

TITLE = "投诉详情"
ICON = ":material/description:"


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


def render(scope: Scope) -> None:
    """Draw the complaint the address names, when the scope admits it; the look is recorded."""
    row = detail.find(scope, "complaint", complaint_detail, back="complaints")
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
    with right:
        events = complaint_events(scope, row["id"])
        detail.timeline(
            "六环节办理时间线", COMPLAINT_STAGE, events, start=row["received_at"], current=row["stage"]
        )


if __name__ == "__main__":
    frame.enter()
