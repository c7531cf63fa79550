"""Qingyuan Cockpit: sign in, scope, navigation."""

import gc
from functools import partial

import streamlit as st

from cockpit.settings import settings
from cockpit.ui import filters, frame, signin
from pages import ENTRIES, Entry, landing

if gc.get_freeze_count() == 0:
    # What the imports left behind lives as long as the process: no collection need look at it again.
    gc.collect()
    gc.freeze()

st.set_page_config(page_title=settings().title, page_icon="static/mark.svg", layout="wide")

scope = signin.sign_in(settings())


def page(entry: Entry) -> st.Page:
    """Wrap a page so that its address exists for everyone and its content only for those it is meant for."""
    allowed = scope is not None and scope.role in entry.roles
    return st.Page(
        partial(entry.module.render, scope) if allowed else partial(frame.closed, scope, entry.slug),
        title=entry.module.TITLE,
        icon=entry.module.ICON,
        url_path=entry.slug,
        visibility="visible" if allowed and entry.in_menu else "hidden",
    )


pages = {entry.slug: page(entry) for entry in ENTRIES}
home = st.Page(lambda: None, title=settings().title, url_path="home", default=True, visibility="hidden")
current = st.navigation([home, *pages.values()], position="sidebar" if scope else "hidden")
if scope is not None:
    if current is home:
        st.switch_page(pages[landing(scope.role).slug])
    entry = next(item for item in ENTRIES if pages[item.slug] is current)
    with frame.around(scope, pages, title=entry.module.TITLE):
        if entry.has_filters and scope.sees_cases:
            filters.draw(scope)
        current.run()
