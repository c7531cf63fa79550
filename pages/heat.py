"""Alert heat (预警热力): where alerts lie, when and in which module, and how long they wait; only the section shown computes."""

from collections.abc import Callable

import streamlit as st

from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.queries import Filters
from cockpit.queries.measures import MEASURES
from cockpit.scope import Scope
from cockpit.ui import filters, frame, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.heat import course, matrix, place

TITLE = "预警热力"
ICON = ":material/map:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "place": ("地图", place.draw),
    "matrix": ("矩阵", matrix.draw),
    "course": ("环节与时限", course.draw),
}
FIGURES = ("alert_count", "alert_open_count", "alert_overdue_count", "red_open_count")


def _figures(scope: Scope, chosen: Filters) -> None:
    """Draw the totals: those that every section sums to."""
    total = place.totals(scope, chosen)
    with st.grid(len(FIGURES) + 1, min_column_width=140):
        for name in FIGURES:
            measure = MEASURES[name]
            st.metric(
                measure.label,
                f"{total[measure.numerator]:,} {measure.unit}",
                help=measure.definition,
                border=True,
            )
        share, measure = total["substantiated_count"], MEASURES["substantiation_rate"]
        checked = total["verified_count"]
        st.metric(
            measure.label,
            f"{100 * share / checked:.1f}%"
            if checked >= PER_CENT_BASE_MIN
            else f"{share}/{checked}"
            if checked
            else wording.NOTHING,
            help=measure.definition,
            border=True,
        )


def render(scope: Scope) -> None:
    """Draw the section in the address under what the scope and the filters admit."""
    frame.breadcrumb(scope)
    chosen = filters.current()
    _figures(scope, chosen)
    section = choice(
        "section", "内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
    )
    SECTIONS[section][1](scope, chosen)


if __name__ == "__main__":
    frame.enter()
