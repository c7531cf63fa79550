"""Liaison station (联络站): one village on a telephone: its modules, its tasks, what was said of it, what it made public."""

import streamlit as st

from cockpit import region_code
from cockpit.scope import Scope
from cockpit.ui import cached, disposal, filters, frame, trail, wording
from cockpit.ui.station import disclosed, kept, large, module, rectification, suggestions, tasks, tiles
from cockpit.ui.town import board, urging

TITLE = "联络站"
ICON = ":material/cottage:"

# Parts shown alone, beside the modules.
SECTIONS = {"suggestions": suggestions.draw_all, "disclosed": disclosed.draw_all}


def render(scope: Scope) -> None:
    """Draw the station of the village in focus, or the villages to choose from."""
    disposal.settle(scope)
    st.session_state[frame.BACK] = "station"
    st.session_state["station-address"] = st.query_params.to_dict()
    village = kept.village(scope)
    if village is None:
        frame.breadcrumb(scope)
        st.info("联络站以村为单位。请选择一个村：点村名，或在左侧选择地区。", icon=":material/cottage:")
        board.draw(scope, filters.current())
        return
    names = cached.path(scope, village)
    if not names:
        st.info("数据中没有这个村。", icon=":material/inbox:")
        return
    trail.record_once(scope, "view", f"station/{village}")
    if urging.may(scope):
        _up(village)
    with st.container(horizontal=True, vertical_alignment="center", key="station-head"):
        st.markdown(f"## {wording.plain(''.join(list(names.values())[-2:]))}", width="stretch")
        large.switch()
    if not kept.sees_modules(scope):
        st.info("您的范围只含部分行业或单位：村级记录不分行业和单位，因此不显示。", icon=":material/lock:")
        tasks.draw(scope, village)
        return
    rows = kept.modules(scope, village)
    asked = st.query_params.get(kept.MODULE, "")
    section = st.query_params.get(kept.SECTION, "")
    one = rows[rows["module"] == asked]
    if len(one) or section in SECTIONS:
        st.button("返回联络站", icon=":material/arrow_back:", type="tertiary", on_click=kept.show)
    if len(one):
        module.draw(scope, village, asked, one.to_dict("records")[0])
    elif section in SECTIONS:
        SECTIONS[section](scope, village)
    else:
        tiles.draw(scope, rows)
        tasks.draw(scope, village)
        with st.grid(large.columns(3), min_column_width=340):
            disclosed.draw(scope, village)
            suggestions.draw(scope, village)
            rectification.draw(scope, village)


def _up(village: str) -> None:
    """Draw the way back to the board as it was left, or to that of the village's town."""
    left = st.session_state.get("town-address")
    asked = {"region": region_code.ancestors(village)[-1]} if left is None else {"region": "", **left}
    frame.link("town", "返回乡镇看板", **{**asked, urging.PLACE: ""})


if __name__ == "__main__":
    frame.enter()
