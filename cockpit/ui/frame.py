"""What stands around every page: title, place, as-of time, mark of demonstration data, account."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import audit, open_ledger
from cockpit.scope import ALL, ROLE_LABELS, Scope
from cockpit.settings import settings
from cockpit.ui import cached, filters, signin, wording

PAGES = "pages"


def _scope_words(scope: Scope) -> str:
    if not scope.sees_cases:
        return "不含案件数据"
    names = cached.region_names(scope)
    regions = "、".join(names.get(code, code) for code in scope.regions)
    industries = "" if scope.industries == (ALL,) else f"；行业 {'、'.join(scope.industries)}"
    units = "" if scope.units == (ALL,) else f"；单位 {'、'.join(cached.units(scope).get(u, u) for u in scope.units)}"
    return f"{regions}{industries}{units}"


@contextmanager
def around(scope: Scope, pages: Mapping[str, st.Page], title: str) -> Iterator[None]:
    """Draw the frame, run the page inside it, and turn what a person can understand into a message."""
    st.session_state[PAGES] = pages
    try:
        build = cached.build(scope)
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
        _account(scope)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        if build.is_demo:
            st.badge("演示数据", icon=":material/science:", color="orange")
        st.caption(f"数据截至 {wording.moment(build.as_of)} · 来源：本地快照 {build.build_id}", width="content")
    try:
        yield
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
    _account(scope)


def _account(scope: Scope) -> None:
    with st.sidebar.container(border=True):
        st.markdown(f"**{ROLE_LABELS[scope.role]}** · {scope.who}")
        st.caption(f"可见范围：{_scope_words(scope)}")
        signin.sign_out_button(settings())


def closed(scope: Scope | None, slug: str) -> None:
    """Say that a page is not for this person, and record that it was asked for; draw nothing when signed out."""
    if scope is None:
        return
    audit.record(open_ledger(settings()), who=scope.who, action="denied", target=slug)
    st.error("您的角色无权查看此页。", icon=":material/lock:")


def go(slug: str, scope: Scope, **parameters: str) -> None:
    """Open another page under the same filters."""
    st.switch_page(
        st.session_state[PAGES][slug], query_params=filters.address(filters.current(scope), **parameters)
    )


def breadcrumb(scope: Scope) -> None:
    """Draw the way up from the chosen region to the scope's root, each step a button."""
    region = filters.current(scope).region
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="breadcrumb"):
        steps = [code for code in cached.lineage(region) if scope.holds_region(code)] if region else []
        names = cached.lineage_names(scope, region) if region else {}
        st.button(
            cached.region_names(scope)[scope.regions[0]] if len(scope.regions) == 1 else "全部范围",
            key="crumb-root",
            type="tertiary",
            icon=":material/home:",
            disabled=not region,
            on_click=filters.change,
            args=(scope,),
            kwargs={"region": None},
        )
        for code in steps:
            if code in scope.regions and len(scope.regions) == 1:
                continue
            st.button(
                f"› {names.get(code, code)}",
                key=f"crumb-{code}",
                type="tertiary",
                disabled=code == region,
                on_click=filters.change,
                args=(scope,),
                kwargs={"region": code},
            )
