"""Today's tasks of the person in the village: the most urgent first, accepted on the spot."""

import streamlit as st

from cockpit import queries
from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import disposal, frame, task
from cockpit.ui.station.large import words

ROWS = 4


def draw(scope: Scope, village: str) -> None:
    """Draw the tasks that are due first, and the way to all of them."""
    found = queries.tasks(scope, Filters(region=village), rows=ROWS)
    with st.container(key="station-tasks"):
        st.markdown(f"### {words('今日待办')}（{found.total:,}）")
        disposal.leftovers(set(found.frame["id"]))
        if found.frame.empty:
            st.info("没有待办。分办给您的、轮到您办理的预警会出现在这里。", icon=":material/task_alt:")
            return
        task.cards(scope, found.frame)
        if found.total > len(found.frame):
            frame.link("tasks", f"查看全部 {found.total:,} 件待办")
