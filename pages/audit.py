"""Audit log (审计日志): who did what, when, from where; for the auditor alone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import streamlit as st

from cockpit.ledger import Ledger, audit, open_ledger
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import entry, export, frame, trail, wording

TITLE = "审计日志"
ICON = ":material/fact_check:"
# Further than this a number of rows is only said to be more: counting would take longer than reading.
COUNT_MAX = 100_000
TALL = 560
# Keys of the session: from where the rows are read and in which direction, and what following the chain found.
PLACE = "audit-place"
FOUND = "audit-found"
FILTERS = ("who", "action", "target", "address", "since", "until")
OLDEST = (datetime(1970, 1, 1, tzinfo=UTC), 0)


def render(scope: Scope) -> None:
    """Draw the check of the chain, the filters, and the rows they leave, latest first."""
    _chain(scope)
    chosen = _chosen()
    ledger = open_ledger(settings())
    limit = settings().export_rows_max
    total = audit.count(ledger, most=max(COUNT_MAX, limit) + 1, **chosen)
    given: dict[str, object] = {
        name: str(st.session_state[name]) for name in FILTERS if st.session_state.get(name)
    }
    if given:
        trail.record_search(scope, "audit", given, total)
    with st.container(horizontal=True, vertical_alignment="center"):
        amount = f"超过 **{COUNT_MAX:,}**" if total > COUNT_MAX else f"共 **{total:,}**"
        st.markdown(f"{amount} 条记录，新的在前，时间为北京时间", width="stretch")
        if 0 < total <= limit:
            export.buttons(
                scope,
                "audit",
                TITLE,
                given,
                lambda: entry.table(audit.entries(ledger, limit=limit, **chosen)),
            )
        elif total:
            st.caption(f"超过 {limit:,} 行，请缩小范围后导出", width="content")
    if not total:
        st.info("没有符合条件的记录。", icon=":material/inbox:")
        return
    rows = _page(ledger, chosen)
    shown = entry.table(rows)
    table = st.dataframe(
        # The grid's own word for no number is English.
        shown.assign(行数=shown["行数"].map(wording.number)),
        hide_index=True,
        height="content" if len(rows) <= 15 else TALL,
        column_config={
            "说明": st.column_config.Column(width="large"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"audit-table-{rows[0].id}",
        alt=TITLE,
    )
    if table.selection.rows:
        _row(rows[table.selection.rows[0]])
    else:
        st.caption("点选一行，可看全文，并跟踪它的账号、对象或来源地址。")


def _latest() -> None:
    st.session_state.pop(PLACE, None)


def _follow(**wanted: str) -> None:
    """Leave no filter but one."""
    for name in FILTERS:
        st.session_state[name] = wanted.get(name, None if name in {"since", "until"} else "")
    _latest()


def _chosen() -> audit.Chosen:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = _text("账号", "who", "全部账号", 150)
        action = st.selectbox(
            "动作",
            ["", *audit.ACTION_LABELS],
            key="action",
            bind="query-params",
            on_change=_latest,
            format_func=lambda code: entry.ACTIONS.get(code, "全部动作"),
            width=160,
        )
        name = _text("对象", "target", "预警编号、投诉编号、账号或页面", 260)
        address = _text("来源地址", "address", "全部地址", 160)
        since, until = (
            st.date_input(
                label,
                None,
                key=key,
                bind="query-params",
                on_change=_latest,
                format="YYYY-MM-DD",
                width=150,
                min_value=date(2000, 1, 1),
                max_value=date(2100, 1, 1),
            )
            for label, key in (("起始日", "since"), ("截止日", "until"))
        )
        st.button("清空条件", icon=":material/filter_alt_off:", type="tertiary", on_click=_follow)
    return {
        "who": who or None,
        "action": action or None,
        # As people write it, and as the rows name a record.
        "targets": (name, *(f"{kind}/{name}" for kind in entry.TARGETS)) if name else (),
        "address": address or None,
        "start": _midnight(since) if since else None,
        "end": _midnight(until + timedelta(days=1)) if until else None,
    }


def _text(label: str, key: str, hint: str, width: int) -> str:
    given = st.text_input(
        label, key=key, bind="query-params", on_change=_latest, placeholder=hint, width=width
    )
    return given.strip()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), wording.LOCAL)


def _page(ledger: Ledger, chosen: audit.Chosen) -> list[audit.Entry]:
    """Return the rows to show, at least one, and draw the ways to those before and after them."""
    size = settings().list_page_rows
    side, place = st.session_state.get(PLACE, ("", None))
    bounds = {side: place} if side else {}
    rows = audit.entries(ledger, limit=size + 1, **bounds, **chosen)
    if side == "after" and len(rows) <= size:
        # So near to the end that the last rows fill the page.
        _latest()
        side, rows = "", audit.entries(ledger, limit=size + 1, **chosen)
    has_more = len(rows) > size
    rows = rows[1:] if side == "after" and has_more else rows[:size]
    has_newer = bool(side) and (side == "before" or has_more)
    has_older = has_more if side != "after" else True
    if side == "after" and place == OLDEST:
        has_older = False
    if not rows:
        _latest()
        return _page(ledger, chosen)
    newest, oldest = ((one.at, one.id) for one in (rows[0], rows[-1]))
    with st.container(horizontal=True):
        for label, icon, is_open, target in (
            ("最新", "first_page", has_newer, None),
            ("较新", "chevron_left", has_newer, ("after", newest)),
            ("较早", "chevron_right", has_older, ("before", oldest)),
            ("最早", "last_page", has_older, ("after", OLDEST)),
        ):
            st.button(
                label,
                key=f"audit-{icon}",
                icon=f":material/{icon}:",
                disabled=not is_open,
                on_click=partial(st.session_state.update, {PLACE: target or ("", None)}),
            )
    return rows


def _row(one: audit.Entry) -> None:
    """Draw one row in full, with the ways to follow whom and what it names."""
    with st.container(border=True):
        st.markdown(f"**第 {one.id} 行** · {wording.plain(entry.action(one))}")
        for label, text in (
            ("对象", entry.target(one)),
            ("说明", entry.detail(one)),
            ("可见范围", entry.scope(one)),
            ("哈希", one.hash),
        ):
            st.caption(label)
            st.text(text)
        with st.container(horizontal=True):
            for label, name, value in (
                ("跟踪账号", "who", one.who),
                ("跟踪对象", "target", one.target),
                ("跟踪来源地址", "address", one.address),
            ):
                if value:
                    st.button(
                        f"{label} {wording.plain(value)}",
                        key=f"audit-follow-{name}",
                        icon=":material/person_search:",
                        on_click=_follow,
                        kwargs={name: value},
                    )


def _chain(scope: Scope) -> None:
    """Draw the button that follows the chain, and what it has found."""
    if st.button("核验审计链", key="audit-verify", icon=":material/verified:"):
        bar = st.progress(0.0, "正在逐行核对…")

        def show(done: int, total: int) -> None:
            bar.progress(done / total if total else 1.0, f"已核对 {done:,} / {total:,} 行")

        verdict = audit.verify(open_ledger(settings()), show)
        bar.empty()
        told = {"whole": verdict.broken is None, "found": verdict.sentence}
        trail.record(scope, "audit_verify", detail=told, count_row=verdict.count)
        st.session_state[FOUND] = verdict
    if found := st.session_state.get(FOUND):
        if found.broken is None:
            st.success(found.sentence, icon=":material/verified:")
        else:
            st.error(found.sentence, icon=":material/gpp_bad:")


if __name__ == "__main__":
    frame.enter()
