"""Section 未公开与逾期: the list of what is due and not public, the longest first."""

from math import ceil

import pandas as pd
import streamlit as st

from cockpit.queries import Page, disclosure
from cockpit.queries.disclosure import MARKS, interval
from cockpit.queries.filters import Filters
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, trail, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.disclosure import kept

STATES = {"": "全部", "late": MARKS["late"], "missing": MARKS["missing"]}
PAGE_DIGITS_MAX = 7
ROWS_IN_SIGHT, TALL = 18, 720


def read(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is not public as people read it."""
    return pd.DataFrame(
        {
            "状态": rows["state"].map(MARKS),
            "地区": cached.below_root(scope, rows["region_name"]),
            "事项": rows["name"],
            "类别": rows["category"].replace("", kept.NO_CATEGORY),
            "周期": rows["interval_days"].map(interval),
            "最近公开": rows["published_on"].map(wording.day),
            "应公开": rows["due_on"].map(wording.day),
            "超过（天）": rows["days_late"].astype(int),
        }
    )


def _asked_page() -> int:
    asked = str(st.session_state.get(kept.PAGE) or st.query_params.get(kept.PAGE, ""))
    return max(1, int(asked)) if asked.isdecimal() and len(asked) <= PAGE_DIGITS_MAX else 1


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    known = kept.coverage(scope, chosen.region)
    names = dict(zip(known["code"], known["item_name"], strict=True))
    categories = list(dict.fromkeys(known["category"]))
    item = st.query_params.get(kept.ITEM, "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = choice(kept.STATE, "状态", STATES) or None
        if item in names:
            category = None
            st.button(
                f"事项：{wording.plain(names[item])}",
                key="disclosure-item",
                icon=":material/close:",
                help="取消此条件",
                on_click=kept.show,
                args=(scope, {}),
            )
        else:
            item = ""
            labels = {"": "全部", **{name: wording.plain(name) for name in categories}}
            category = choice(kept.CATEGORY, "类别", labels) or None

    def found(page: int, rows: int) -> Page:
        return disclosure.late(
            scope,
            chosen.region,
            state=state,
            category="" if category == kept.NO_CATEGORY else category,
            item=item or None,
            page=page,
            rows=rows,
        )

    size, asked = settings().list_page_rows, _asked_page()
    rows = found(asked, size)
    if rows.frame.empty and asked > 1:
        # The page asked for is gone with what was narrowed.
        st.session_state.pop(kept.PAGE, None)
        st.query_params.pop(kept.PAGE, None)
        rows = found(1, size)
    if not rows.total:
        st.info("在此范围和条件下没有未公开或逾期的事项。", icon=":material/inbox:")
        return
    detail: dict[str, object] = {
        "region": chosen.region or "",
        "state": state or "",
        "category": category or "",
        "item": item,
    }
    trail.record_search(
        scope, "disclosure", {key: value for key, value in detail.items() if value}, rows.total
    )
    limit = settings().export_rows_max
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"共 **{rows.total:,}** 项次，应公开日期最早的在前", width="stretch")
        if rows.total <= limit:
            export.buttons(
                scope, "disclosure-late", "未公开与逾期", detail, lambda: read(scope, found(1, limit).frame)
            )
        else:
            st.caption(f"超过 {limit:,} 行，请缩小范围后导出", width="content")
    st.dataframe(
        read(scope, rows.frame),
        hide_index=True,
        height="content" if len(rows.frame) <= ROWS_IN_SIGHT else TALL,
        column_config={
            "地区": st.column_config.Column(width=240),
            "事项": st.column_config.Column(width=180),
            "状态": st.column_config.Column(width=90),
        },
        key="disclosure-late",
        alt="未公开与逾期的事项",
    )
    st.caption("从未公开的事项，自该村最早有数据的月份起算。")
    if rows.total > size:
        st.pagination(ceil(rows.total / size), key=kept.PAGE, bind="query-params")
