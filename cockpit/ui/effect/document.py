"""Section 文书: counts and overdue of the six kinds of documents, beside the cases and sanctions of the period."""

from math import ceil

import pandas as pd
import streamlit as st

from cockpit.contract.codes import DOCUMENT_KIND
from cockpit.queries import AlertNarrowing, Filters, effect
from cockpit.queries.effect import DOCUMENT_STATES
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, filters, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import grid
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import CountTable, Link, alerts

EMPTY = "本期没有监督文书；数据源可能没有提供“监督文书”表（supervision_document），可在数据接入页装载。"
COLUMNS = {
    "document_count": ("件数", ""),
    "limited_count": ("有回复期限", "limited"),
    "replied_count": ("已回复", "replied"),
    "late_count": ("逾期回复", "late"),
    "overdue_count": ("超期未回复", "overdue"),
}
PAGE = "document_page"
PAGE_DIGITS_MAX = 6


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[CountTable, ...]:
    """Return the six kinds with what was answered, and all counts of the period side by side."""
    rows = effect.documents(scope, chosen)
    total = kept.cohorts(scope, chosen).total
    is_any = bool(rows["document_count"].sum())
    table = pd.DataFrame(
        {
            "文书": rows["kind"].map(DOCUMENT_KIND),
            **{label: rows[name] for name, (label, _) in COLUMNS.items()},
        }
    )
    links: list[dict[str, Link]] = [
        {
            label: (
                "effect",
                {"section": "document", "document": str(kind), **({"state": state} if state else {})},
            )
            for label, state in COLUMNS.values()
        }
        for kind in rows["kind"]
    ]
    late = int(rows["overdue_count"].sum())
    beside: list[tuple[str, int, str, Link]] = [
        *(
            (
                DOCUMENT_KIND[kind],
                int(count),
                "期间内发出的件数",
                ("effect", {"section": "document", "document": kind}),
            )
            for kind, count in zip(rows["kind"], rows["document_count"], strict=True)
        ),
        (
            "立案",
            int(total["case_count"]),
            "期间内产生、曾立案的预警条数",
            alerts(AlertNarrowing(has_case=True)),
        ),
        (
            "党纪政务处分",
            int(total["sanction_count"]),
            "期间内产生、曾给予处分的预警条数",
            alerts(AlertNarrowing(has_sanction=True)),
        ),
    ]
    counts = pd.DataFrame([line[:3] for line in beside], columns=["事项", "数量", "口径"])
    return (
        CountTable(
            key="effect-document",
            title="六种监督文书",
            chart=table if is_any else None,
            reading=f"本期发出 {int(rows['document_count'].sum()):,} 件，超期未回复 {late:,} 件。"
            if is_any
            else "",
            definition="按发出日期计入期间。超期未回复：没有回复日期且回复期限早于数据日期；逾期回复：回复日期晚于期限。"
            "没有期限的文书不计超期。点击数字在下方列出对应文书。预警等级筛选在此不起作用。",
            data=table,
            empty=EMPTY,
            rows=None,
            links=tuple(links),
        ),
        CountTable(
            key="effect-beside",
            title="文书、立案、处分：件数并列",
            chart=counts,
            reading="一份文书可以引出几个案件，一个案件也可以不经文书而立：各数不是同一批次，不是逐级漏斗，不能相除成转化率。",
            definition="文书按发出日期、立案和处分按预警产生日期计入期间；各自计数，并列显示。点击数字查看明细。",
            data=counts,
            rows=None,
            links=tuple({"数量": line[3]} for line in beside),
        ),
    )


def read(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Return documents as people read them."""
    return pd.DataFrame(
        {
            "编号": rows["id"],
            "文书": rows["kind"].map(DOCUMENT_KIND),
            "地区": cached.below_root(scope, rows["region_name"]),
            "标题": rows["title"].fillna(""),
            "领域": rows["industry_name"].fillna(""),
            "单位": rows["unit_name"].fillna(""),
            "发出": rows["issued_on"].map(wording.day),
            "回复期限": rows["due_on"].map(wording.day),
            "回复": rows["replied_on"].map(wording.day),
            "状态": [
                "● 超期" if overdue else "逾期回复" if late else "已回复" if pd.notna(replied) else ""
                for overdue, late, replied in zip(
                    rows["is_overdue"], rows["is_late"], rows["replied_on"], strict=True
                )
            ],
            "预警编号": rows["alert_id"].fillna(""),
        }
    )


def _asked_page() -> int:
    asked = str(st.session_state.get(PAGE) or st.query_params.get(PAGE, ""))
    return max(1, int(asked)) if asked.isdecimal() and len(asked) <= PAGE_DIGITS_MAX else 1


def _list(scope: Scope, chosen: Filters) -> None:
    kind = choice("document", "文书种类", {"": "全部", **DOCUMENT_KIND}) or None
    state = choice("state", "状态", {"": "全部", **DOCUMENT_STATES}) or None
    size = settings().list_page_rows
    asked = _asked_page()
    found = effect.document_list(scope, chosen, kind=kind, state=state, page=asked, rows=size)
    if not found.total and asked > 1:
        # The page asked for is gone with what was narrowed.
        st.session_state.pop(PAGE, None)
        st.query_params.pop(PAGE, None)
        found = effect.document_list(scope, chosen, kind=kind, state=state, rows=size)
    if not found.total:
        st.info("没有符合条件的监督文书。", icon=":material/inbox:")
        return
    limit = settings().export_rows_max
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"共 **{found.total:,}** 件", width="stretch")
        if found.total <= limit:
            export.buttons(
                scope,
                "effect-documents",
                "监督文书",
                {**filters.address(chosen), "kind": kind or "", "state": state or ""},
                lambda: read(
                    scope, effect.document_list(scope, chosen, kind=kind, state=state, rows=limit).frame
                ),
            )
    st.dataframe(
        read(scope, found.frame),
        hide_index=True,
        height="content" if len(found.frame) <= 13 else 480,
        column_config={"标题": st.column_config.Column(width=260)},
        key="effect-documents",
        alt="监督文书",
    )
    if found.total > size:
        st.pagination(ceil(found.total / size), key=PAGE, bind="query-params")


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    found = panels(scope, chosen)
    grid([found], scope, chosen)
    if found[0].chart is not None:
        _list(scope, chosen)
