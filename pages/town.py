"""Town board (乡镇看板): the stations of a town or a county beside their modules, the silent and the late, what is urged."""

import streamlit as st

from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.town import board

TITLE = "乡镇看板"
ICON = ":material/grid_view:"


def render(scope: Scope) -> None:
    """Draw the board of the region in focus."""
    st.session_state[frame.BACK] = "town"
    st.session_state["town-address"] = st.query_params.to_dict()
    frame.breadcrumb(scope)
    board.draw(scope, filters.current())


if __name__ == "__main__":
    frame.enter()
