"""Complaint analysis (投诉分析): what is signal in regions, industries and periods; only the section shown computes."""

from collections.abc import Callable

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.analysis import handling, industry, period, recurrence, region
from cockpit.ui.analysis.choice import choice

TITLE = "投诉分析"
ICON = ":material/insights:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "region": ("地区", region.draw),
    "industry": ("行业", industry.draw),
    "period": ("阶段", period.draw),
    "recurrence": ("普遍与反复", recurrence.draw),
    "handling": ("办理", handling.draw),
}


def render(scope: Scope) -> None:
    """Draw the section in the address under what the scope and the filters admit."""
    frame.breadcrumb(scope)
    section = choice(
        "section", "分析内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
    )
    SECTIONS[section][1](scope, filters.current())


if __name__ == "__main__":
    frame.enter()
