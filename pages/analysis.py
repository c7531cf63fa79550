"""Complaint analysis (投诉分析): what is signal in regions, industries and periods; only the section shown computes."""

from collections.abc import Callable

import streamlit as st

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.analysis import industry, period, region

TITLE = "投诉分析"
ICON = ":material/insights:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "region": ("地区", region.draw),
    "industry": ("行业", industry.draw),
    "period": ("阶段", period.draw),
}


def render(scope: Scope) -> None:
    """Draw the section in the address under what the scope and the filters admit."""
    frame.breadcrumb(scope)
    section = st.segmented_control(
        "分析内容",
        list(SECTIONS),
        key="section",
        bind="query-params",
        default="region",
        required=True,
        label_visibility="collapsed",
        format_func=lambda code: SECTIONS[code][0],
    )
    SECTIONS[section or "region"][1](scope, filters.current())


if __name__ == "__main__":
    frame.enter()
