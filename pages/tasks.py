"""My tasks (待办): what waits for this person, by the day it is due; what needs nothing is done on the spot."""

from math import ceil

import streamlit as st

from cockpit import queries
from cockpit.loop.transition import HANDLER_ROLES, TRANSITIONS
from cockpit.scope import Role, Scope
from cockpit.ui import cached, disposal, frame, task

TITLE = "待办"
ICON = ":material/checklist:"
ROWS = 20


def kinds(role: Role) -> dict[str, str]:
    """Return the actions that can be a task of a role, with their names."""
    return {
        action: transition.label
        for action, transition in TRANSITIONS.items()
        if (duty := transition.duty) and (role in duty.roles or (duty.is_handlers and role in HANDLER_ROLES))
    }


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
    with body:
        disposal.leftovers(set(found.frame["id"]))
        if found.frame.empty:
            st.info(_empty(names.get(kind or "")), icon=":material/task_alt:")
            return
        task.cards(scope, found.frame)


def _empty(kind: str | None) -> str:
    if kind:
        return f"没有待您{kind}的预警。可改看“全部”。"
    return "没有待办。分办给您的、轮到您办理的预警会出现在这里，并自动刷新。"


if __name__ == "__main__":
    frame.enter()
