"""Political ecology (政治生态): grades of places and units, every point explained; only the section shown computes."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.analysis.choice import choice
from cockpit.ui.ecology import kept, method, place, what_if, whole

TITLE = "政治生态"
ICON = ":material/eco:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters, date], None]]] = {
    "whole": ("总览", whole.draw),
    "place": ("单个对象", place.draw),
    "what_if": ("试算", what_if.draw),
    "method": ("方法", method.draw),
}


def render(scope: Scope) -> None:
    """Draw the section in the address for the month and the region chosen."""
    frame.breadcrumb(scope)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        section = choice(
            kept.SECTION, "内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
        )
        month = kept.month(scope)
    if month is not None:
        SECTIONS[section][1](scope, filters.current(), month)


if __name__ == "__main__":
    frame.enter()
