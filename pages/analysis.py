"""Complaint analysis (投诉分析): what is signal in regions, industries and periods; only the section shown computes."""

from collections.abc import Callable

import streamlit as st

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame, saved_view
from cockpit.ui.analysis import compare, handling, industry, period, recurrence, region
from cockpit.ui.analysis.choice import choice

TITLE = "投诉分析"
ICON = ":material/insights:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "region": ("地区", region.draw),
    "industry": ("行业", industry.draw),
    "period": ("阶段", period.draw),
    "recurrence": ("普遍与反复", recurrence.draw),
    "handling": ("办理", handling.draw),
    "compare": ("对比", compare.draw),
}


def render(scope: Scope) -> None:
    """Draw the section in the address under what the scope and the filters admit."""
    frame.breadcrumb(scope)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        section = choice(
            "section", "分析内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
        )
        saved_view.draw(scope, "analysis")
    SECTIONS[section][1](scope, filters.current())


if __name__ == "__main__":
    frame.enter()
