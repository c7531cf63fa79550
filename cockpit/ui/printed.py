"""Print view: one record on paper, without the menu, with a line that says who printed it and when."""

from datetime import datetime

import streamlit as st

from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import trail, wording

ASKED = "print"
KEY = "printed"
STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none !important; }
[data-testid="stMainBlockContainer"] { max-width: 210mm; padding: 8mm; }
.stApp { color-scheme: light; }
@media print {
    .st-key-print-bar, [data-testid="stToastContainer"] { display: none !important; }
    html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
        position: static !important; height: auto !important; overflow: visible !important; display: block !important;
    }
    [data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
    [data-testid="stVerticalBlock"] > div { break-inside: avoid-page; }
}
</style>"""


def is_asked() -> bool:
    """Tell whether the address asks for the print view."""
    return st.query_params.get(ASKED) == "1"


def button() -> None:
    """Draw what leads to the print view."""
    # Forgotten here: each time it is asked for is one of its own.
    st.session_state.pop(KEY, None)
    st.button("打印版", key="print-view", icon=":material/print:", on_click=_ask)


def head(scope: Scope, target: str) -> None:
    """Record that a record is printed, and draw the line for it; CockpitError when it cannot be recorded."""
    kept = st.session_state.get(KEY)
    if kept is None or kept[0] != target:
        trail.record(scope, "export", target, {"format": "print"}, 1)
        kept = st.session_state[KEY] = (target, datetime.now(wording.LOCAL))
    st.html(STYLE)
    with st.container(horizontal=True, key="print-bar"):
        st.button("退出打印版", key="print-leave", icon=":material/arrow_back:", on_click=_leave)
        st.caption("按 Ctrl+P（苹果电脑按 ⌘P）打印或另存为 PDF；打印时不含此行。")
    st.text(
        f"{settings().title} · 打印人：{scope.who} · 打印时间：{kept[1]:%Y-%m-%d %H:%M:%S} · 内部资料，注意保密"
    )


def _ask() -> None:
    st.query_params[ASKED] = "1"


def _leave() -> None:
    st.query_params.pop(ASKED, None)
