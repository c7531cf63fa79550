"""Qingyuan Cockpit: sign in, scope, navigation."""

import gc
from functools import partial

import streamlit as st

from cockpit.settings import settings
from cockpit.ui import filters, frame, signin
from pages import ENTRIES, Entry, landing

st.set_page_config(page_title=settings().title, page_icon="static/mark.svg", layout="wide")
frame.style()
scope = signin.sign_in(settings())


def page(entry: Entry) -> st.Page:
    """Wrap a page so that its address exists for everyone and its content only for those it is meant for."""
    return st.Page(
        partial(entry.module.render if scope and scope.role in entry.roles else frame.closed, scope),
        title=entry.module.TITLE,
        icon=entry.module.ICON,
        url_path=entry.slug,
    )


entries = {entry.slug: entry for entry in ENTRIES}
pages = {slug: page(entry) for slug, entry in entries.items()}
home = st.Page(lambda: None, title=settings().title, url_path="home", default=True)
# The menu is drawn by the frame: its links keep the filters.
current = st.navigation([home, *pages.values()], position="hidden")

if gc.get_freeze_count() == 0:
    # What the imports left behind lives as long as the process: no collection need look at it again.
    gc.collect()
    gc.freeze()

if scope is not None:
    if current is home:
        st.switch_page(pages[landing(scope.role).slug])
    slug = next(name for name in pages if pages[name] is current)
    menu = {name: entry.has_filters for name, entry in entries.items() if entry.is_listed(scope.role)}
    with frame.around(scope, pages, slug, menu):
        if entries[slug].has_filters and scope.sees_cases:
            filters.draw(scope)
        current.run()
