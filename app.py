"""Qingyuan Cockpit: sign in, scope, navigation."""

import gc
from functools import partial

import streamlit as st

from cockpit.settings import settings
from cockpit.ui import filters, frame, live, signin
from pages import ENTRIES, Entry, landing


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Prepare the process: what the imports left behind lives as long as it does, out of the collector's sight."""
    gc.collect()
    gc.freeze()
    live.settle()


def show(entry: Entry) -> None:
    """Draw a page for those it is meant for; its address exists for everyone."""
    if scope is None:
        return
    if scope.role not in entry.roles:
        frame.closed(scope, entry.slug)
        return
    if entry.has_filters:
        filters.draw(scope, is_by_region_alone=entry.is_by_region_alone)
    entry.module.render(scope)


st.set_page_config(page_title=settings().title, page_icon="static/mark.svg", layout="wide")
pages = {
    entry.slug: st.Page(
        partial(show, entry), title=entry.module.TITLE, icon=entry.module.ICON, url_path=entry.slug
    )
    for entry in ENTRIES
}
home = st.Page(lambda: None, title=settings().title, url_path="home", default=True)
# Before anything is drawn: what stands on the page when it changes under it loses its clicks. The menu is
# drawn by the frame, whose links keep the filters.
current = st.navigation([home, *pages.values()], position="hidden")
settle()
frame.style()
scope = signin.sign_in(settings())
if scope is not None:
    if current is home:
        st.switch_page(pages[landing(scope.role).slug])
    menu = {entry.slug: entry.has_filters for entry in ENTRIES if entry.is_listed(scope.role)}
    # Who is refused a page that fills the screen needs a way back.
    is_alone = any(
        entry.is_alone and scope.role in entry.roles and pages[entry.slug] is current for entry in ENTRIES
    )
    with frame.alone(current) if is_alone else frame.around(scope, pages, current, menu):
        current.run()
