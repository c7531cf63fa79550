"""What stands around every page: title, place, as-of time, mark of demonstration data, account."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from cockpit import queries
from cockpit.error import CockpitError
from cockpit.scope import ALL, ROLE_LABELS, Scope
from cockpit.settings import settings
from cockpit.ui import cached, filters, live, presence, signin, trail, wording

# Keys of the session: the pages by slug, and the list that details were opened from.
PAGES = "pages"
BACK = "back"
TASKS = "tasks"
# Pages that open records and are no list of them.
STARTS = (TASKS, "station", "town")
LOGGER = logging.getLogger(__name__)
# Streamlit writes its hints under text fields in English, and no setting changes or removes them.
INPUT_HINTS = '[data-testid="InputInstructions"] { display: none; }'
# What a list without a match says.
NO_MATCH = (
    '[role="option"][style*="contents"]:not([data-key]) > span { font-size: 0; }'
    '[role="option"][style*="contents"]:not([data-key]) > span::after { content: "没有匹配项"; font-size: 0.9rem; }'
)
# The parts of a date nobody has entered yet.
EMPTY_DATE = '[role="spinbutton"][data-placeholder] { visibility: hidden; position: relative; }' + "".join(
    f'[data-type="{part}"][data-placeholder]::after'
    f' {{ content: "{word}"; visibility: visible; position: absolute; inset-inline-start: 0; }}'
    for part, word in (("year", "年"), ("month", "月"), ("day", "日"))
)
# It shows nothing, and takes no room for that, nor does what the fragment around it is laid out by.
UNSEEN = (
    '[data-testid="stLayoutWrapper"]:has(> [data-testid="stVerticalBlock"]'
    f" > .st-key-{presence.KEY}:only-child) {{ display: none; }}"
)


def _scope_words(scope: Scope) -> str:
    if not scope.sees_cases:
        return "不含案件数据"
    regions = "、".join(cached.roots(scope).values())
    # Nobody sees all of anything without being told so.
    industries = (
        "全部行业" if scope.industries == (ALL,) else f"行业 {'、'.join(cached.industries(scope).values())}"
    )
    units = (
        "全部单位"
        if scope.units == (ALL,)
        else f"单位 {'、'.join(cached.units(scope).get(unit, unit) for unit in scope.units)}"
    )
    return f"{regions}；{industries}；{units}"


def enter() -> None:
    """Hand over to the entry point: until a session has met it, Streamlit runs a page's file by itself."""
    PagesManager.uses_pages_directory = False
    st.rerun()


def style() -> None:
    """Hide what Streamlit would say in English, and what is not to be seen."""
    st.html(f"<style>{INPUT_HINTS}{NO_MATCH}{EMPTY_DATE}{UNSEEN}</style>")


@contextmanager
def around(
    scope: Scope, pages: Mapping[str, st.Page], current: st.Page, menu: Mapping[str, bool]
) -> Iterator[None]:
    """Draw the frame, run the page inside it, and turn what a person can understand into a message.

    `menu` holds the pages to list, and whether filters apply to each.
    """
    st.session_state[PAGES] = pages
    live.begin(scope)
    _menu(scope, pages, menu)
    with alone(current):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(current.title, anchor=False, width="content")
            _source(scope)
        if problem := queries.problem():
            st.warning(problem, icon=":material/sync_problem:")
        yield
    _account(scope)
    live.watch(scope)


@contextmanager
def alone(current: st.Page) -> Iterator[None]:
    """Run a page without a frame, and turn what a person can understand into a message."""
    try:
        yield
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
    except Exception:
        # Streamlit's own words for it would be English.
        LOGGER.exception("page %s failed", current.url_path)
        st.error("此页出错，详情已写入服务日志，请联系系统管理员。", icon=":material/error:")


def _source(scope: Scope) -> None:
    try:
        build = cached.build(scope)
    except CockpitError:
        # What the page itself reads says why there is nothing.
        return
    if build.is_demo:
        st.badge("演示数据", icon=":material/science:", color="orange")
    st.caption(f"数据截至 {wording.moment(build.as_of)} · 来源：本地快照 {build.build_id}", width="content")


def _menu(scope: Scope, pages: Mapping[str, st.Page], menu: Mapping[str, bool]) -> None:
    """Draw the menu; its links carry the filters, which Streamlit's own would drop from the address."""
    chosen = filters.kept()
    with st.sidebar:
        st.markdown(f"### {settings().title}")
        for slug, has_filters in menu.items():
            st.page_link(
                pages[slug],
                label=_tasks(scope, pages[slug].title) if slug == TASKS else None,
                query_params=chosen if has_filters else None,
                width="stretch",
            )


def _tasks(scope: Scope, title: str) -> str:
    """Return the title of the tasks with how many there are, and how many of them are overdue."""
    try:
        count = cached.task_count(scope)
    except CockpitError:
        # What the page itself reads says why there is nothing.
        return title
    except Exception:
        LOGGER.exception("tasks cannot be counted")
        return title
    overdue = f"，超期 {count.overdue:,}" if count.overdue else ""
    return f"{title}（{count.open:,}{overdue}）" if count.open else title


def _account(scope: Scope) -> None:
    with st.sidebar.container(border=True):
        st.markdown(f"**{ROLE_LABELS[scope.role]}** · {scope.who}")
        try:
            st.caption(f"可见范围：{wording.plain(_scope_words(scope))}")
        except CockpitError:
            st.caption("可见范围：暂不可用")
        with st.container(horizontal=True):
            signin.account_button(settings())
            signin.sign_out_button(settings())


def closed(scope: Scope, slug: str) -> None:
    """Say that a page is not for this person, and record that it was asked for."""
    trail.record(scope, "denied", slug)
    st.error("您的角色无权查看此页。", icon=":material/lock:")


def go(slug: str, **parameters: str) -> None:
    """Open another page under the same filters."""
    st.switch_page(
        st.session_state[PAGES][slug], query_params=filters.address(filters.current(), **parameters)
    )


def link(slug: str, label: str, **parameters: str) -> None:
    """Draw a link to another page that carries the filters last in force; the label is Markdown."""
    st.page_link(
        st.session_state[PAGES][slug], label=label, icon=None, query_params=filters.kept() | parameters
    )


def breadcrumb(scope: Scope) -> None:
    """Draw the way up from the chosen region to the scope's root, each step a button."""
    region = filters.current().region
    names = cached.path(scope, region) if region else {}
    root = next(iter(cached.roots(scope).values()), "") if len(scope.regions) == 1 else "全部范围"
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="breadcrumb"):
        for code in (None, *cached.steps(scope, region)):
            st.button(
                f"› {wording.plain(names.get(code, code))}" if code else wording.plain(root),
                key=f"crumb-{code or 'root'}",
                type="tertiary",
                icon=None if code else ":material/home_pin:",
                disabled=code == region,
                on_click=filters.change,
                args=(scope,),
                kwargs={"region": code},
            )
