"""Public disclosure (公开公示): coverage by place and item, what is late, public money, QR codes for the published site."""

from collections.abc import Callable

import streamlit as st

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.analysis.choice import choice
from cockpit.ui.disclosure import code, coverage, fund, kept, late

TITLE = "公开公示"
ICON = ":material/campaign:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "coverage": ("覆盖", coverage.draw),
    "late": ("未公开与逾期", late.draw),
    "fund": ("惠民资金", fund.draw),
    "code": ("二维码", code.draw),
}


def render(scope: Scope) -> None:
    """Draw the section in the address for the region chosen."""
    frame.breadcrumb(scope)
    if kept.is_partial(scope):
        st.info(kept.PARTIAL, icon=":material/lock:")
        return
    section = choice(
        kept.SECTION, "内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
    )
    SECTIONS[section][1](scope, filters.current())


if __name__ == "__main__":
    frame.enter()
