"""Course: from one record to the next in the list a person came from, kept by the session."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import streamlit as st

from cockpit.queries import Page
from cockpit.ui import frame

KEY = "course"


@dataclass
class Course:
    """A list as it was left: `read` gives its page by number; `ids` are those of the page a person is on."""

    detail: str
    read: Callable[[int], Page]
    page: int
    rows: int
    total: int
    ids: tuple[str, ...]


def begin(course: Course) -> None:
    """Remember the list that a record is about to be opened from."""
    st.session_state[KEY] = course


def draw(detail: str, slug: str) -> None:
    """Draw what leads to the record before and after; nothing for who did not come from that list."""
    course: Course | None = st.session_state.get(KEY)
    here = st.query_params.get("id", "")
    came = course is not None and course.detail == detail and st.session_state.get(frame.BACK) == slug
    if course is None or not came or here not in course.ids:
        return
    place = (course.page - 1) * course.rows + course.ids.index(here) + 1
    with st.container(horizontal=True, vertical_alignment="center", key="course", width="content"):
        st.button(
            "上一条",
            key="course-before",
            icon=":material/chevron_left:",
            disabled=place <= 1,
            on_click=_move,
            args=(course, here, -1),
        )
        st.caption(f"第 {place:,} / {course.total:,}", width="content")
        st.button(
            "下一条",
            key="course-after",
            icon=":material/chevron_right:",
            disabled=place >= course.total,
            on_click=_move,
            args=(course, here, 1),
        )


def _move(course: Course, here: str, step: int) -> None:
    """Go to the next record; beyond the page the list is asked anew, which may have changed since."""
    index = course.ids.index(here) + step
    if not 0 <= index < len(course.ids):
        page = min(max(course.page + step, 1), max(1, ceil(course.total / course.rows)))
        found = course.read(page)
        ids = tuple(str(one) for one in found.frame["id"])
        if page == course.page or not ids:
            st.toast("清单已有变化，没有更多了。请返回清单。", icon=":material/info:")
            return
        course.page, course.ids, course.total = page, ids, found.total
        index = 0 if step > 0 else len(ids) - 1
    st.query_params["id"] = course.ids[index]
