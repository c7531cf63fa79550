"""Audit log (审计日志): who did what, when; for the auditor alone."""

import json
from math import ceil

import pandas as pd
import streamlit as st

from cockpit.ledger import audit, open_ledger
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import frame, wording

TITLE = "审计日志"
ICON = ":material/fact_check:"


def _read(entries: list[audit.Entry]) -> pd.DataFrame:
    labels: dict[str, str] = {str(action): label for action, label in audit.ACTION_LABELS.items()}
    return pd.DataFrame(
        {
            "时间": [f"{entry.at.astimezone(wording.LOCAL):%Y-%m-%d %H:%M:%S}" for entry in entries],
            "账号": [entry.who for entry in entries],
            "动作": [labels.get(entry.action, entry.action) for entry in entries],
            "对象": [entry.target or wording.NOTHING for entry in entries],
            "行数": [wording.number(entry.count_row) for entry in entries],
            "说明": [
                json.dumps(entry.detail, ensure_ascii=False) if entry.detail else wording.NOTHING
                for entry in entries
            ],
        }
    )


def render(scope: Scope) -> None:
    """Draw the log, latest first, narrowed by account and action."""
    ledger = open_ledger(settings())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.text_input("账号", key="who", bind="query-params", placeholder="全部账号", width=240) or None
        action = st.selectbox(
            "动作",
            [None, *audit.ACTION_LABELS],
            format_func=lambda code: audit.ACTION_LABELS[code] if code else "全部动作",
            width=240,
        )
    total = audit.count(ledger, who=who, action=action)
    size = settings().list_page_rows
    body = st.container()
    pages = max(1, ceil(total / size))
    page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    with body:
        st.markdown(f"共 **{total:,}** 条记录，时间为北京时间。查看者：{scope.who}")
        if not total:
            st.info("没有符合条件的记录。", icon=":material/inbox:")
            return
        rows = audit.entries(ledger, who=who, action=action, limit=size, offset=(page - 1) * size)
        st.dataframe(_read(rows), hide_index=True, height="content", alt="审计日志")


if __name__ == "__main__":
    frame.enter()
