"""My tasks (待办): what waits for this person, by the day it is due; what needs nothing is done on the spot."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

import streamlit as st

from cockpit import queries
from cockpit.loop.state import LOCAL
from cockpit.loop.transition import HANDLER_ROLES, TRANSITIONS
from cockpit.scope import Role, Scope
from cockpit.ui import cached, detail, disposal, frame, people, wording

TITLE = "待办"
ICON = ":material/checklist:"
ROWS = 20
COLUMN_WIDTH_MIN = 420
FLAGS = {
    "is_urged": ("▮ 督办", "violet"),
    "is_stuck": ("◆ 滞留", "orange"),
    "has_conflict": ("≠ 与上游不一致", "orange"),
}


def kinds(role: Role) -> dict[str, str]:
    """Return the actions that can be a task of a role, with their names."""
    return {
        action: transition.label
        for action, transition in TRANSITIONS.items()
        if (duty := transition.duty) and (role in duty.roles or (duty.is_handlers and role in HANDLER_ROLES))
    }


def due_words(due_at: datetime | None, now: datetime, *, is_overdue: bool) -> tuple[str, str]:
    """Say how near a due date is, and in which colour: overdue by so many days, today, this week, later, none."""
    if due_at is None:
        return "无期限", "gray"
    days = (due_at.date() - now.date()).days
    if is_overdue:
        return (f"● 超期 {-days} 天" if days < 0 else "● 超期"), "red"
    if days <= 0:
        return "今日到期", "orange"
    if due_at.date() <= now.date() + timedelta(6 - now.weekday()):
        return f"本周到期（还有 {days} 天）", "blue"
    return f"还有 {days} 天", "gray"


def render(scope: Scope) -> None:
    """Draw the tasks of the person who is signed in, the most urgent first."""
    disposal.settle(scope)
    st.session_state[frame.BACK] = "tasks"
    names = kinds(scope.role)
    with st.container(horizontal=True, vertical_alignment="center"):
        count = cached.task_count(scope)
        overdue = f"，其中 :red[**● 超期 {count.overdue:,}** 件]" if count.overdue else "，没有超期"
        st.markdown(f"待办 **{count.open:,}** 件{overdue if count.open else ''}", width="stretch")
        kind = (
            st.segmented_control(
                "事项",
                ["", *names],
                key="task_kind",
                default="",
                required=True,
                bind="query-params",
                on_change=lambda: st.session_state.pop("task_page", None),
                format_func=lambda code: names.get(code, "全部"),
                label_visibility="collapsed",
            )
            if len(names) > 1
            else ""
        )
    body = st.container()
    asked = int(st.session_state.get("task_page") or 1)
    found = queries.tasks(scope, task=kind or None, page=asked, rows=ROWS)
    pages = ceil(found.total / ROWS)
    page = st.pagination(pages, key="task_page") if pages > 1 else 1
    if page != asked:
        found = queries.tasks(scope, task=kind or None, page=page, rows=ROWS)
    rows = found.frame.assign(region_name=cached.below_root(scope, found.frame["region_name"]))
    with body:
        disposal.leftovers(set(rows["id"]))
        if rows.empty:
            st.info(_empty(names.get(kind or "")), icon=":material/task_alt:")
            return
        now = datetime.now(LOCAL).replace(tzinfo=None)
        with st.grid(2, min_column_width=COLUMN_WIDTH_MIN):
            for row in rows.to_dict("records"):
                _card(scope.who, {str(name): value for name, value in row.items()}, now)


def _empty(kind: str | None) -> str:
    if kind:
        return f"没有待您{kind}的预警。可改看“全部”。"
    return "没有待办。分办给您的、轮到您办理的预警会出现在这里，并自动刷新。"


def _card(who: str, row: dict[str, Any], now: datetime) -> None:
    name, task, level = str(row["id"]), row["task"], row["alert_level"]
    due_at = None if row["due_at"] is None or row["due_at"] != row["due_at"] else row["due_at"]
    with st.container(border=True, height="stretch", gap="xsmall"):
        words, colour = due_words(due_at, now, is_overdue=bool(row["is_overdue"]))
        detail.marks(
            [
                (TRANSITIONS[task].label, "primary"),
                (wording.alert_level(level), wording.LEVEL_BADGES[level]),
                (words, colour),
                *(mark for flag, mark in FLAGS.items() if row[flag]),
            ]
        )
        frame.link("alert", wording.plain(row["title"] or f"预警 {name}"), id=name)
        is_others = isinstance(row["handler"], str) and row["handler"] not in ("", who)
        handler = f" · 承办 {people.named(row['handler'])}" if is_others else ""
        st.caption(wording.plain(f"{row['region_name']} · 期限 {wording.moment(due_at)}{handler}"))
        if task == "accept":
            _accept(name, int(row["version"]))


def _accept(name: str, version: int) -> None:
    draft = disposal.draft_of(name)
    if draft is not None and draft.problem:
        st.error(wording.plain(draft.problem), icon=":material/error:")
    if draft is not None and draft.is_asked:
        disposal.confirm(draft)
    else:
        st.button(
            "接单",
            key=f"accept-{name}",
            type="primary",
            icon=":material/assignment_turned_in:",
            on_click=_begin,
            args=(name, version),
        )


def _begin(name: str, version: int) -> None:
    disposal.begin(name, "accept", version)
    draft = disposal.draft_of(name)
    if draft is not None:
        # The card shows how the alert stands now: what was superseded before does not stay so for good.
        draft.version = version


if __name__ == "__main__":
    frame.enter()
