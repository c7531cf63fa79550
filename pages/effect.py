"""What supervision has come to (监督成效): cohorts, rectification, loops, coverage, documents."""

from collections.abc import Callable

from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame
from cockpit.ui.analysis.choice import choice
from cockpit.ui.effect import change, cohort, coverage, document, headline, loop

TITLE = "监督成效"
ICON = ":material/task_alt:"

SECTIONS: dict[str, tuple[str, Callable[[Scope, Filters], None]]] = {
    "cohort": ("转化", cohort.draw),
    "change": ("整改与制度", change.draw),
    "loop": ("闭环", loop.draw),
    "coverage": ("覆盖", coverage.draw),
    "document": ("文书", document.draw),
}


def render(scope: Scope) -> None:
    """Draw the figures of the period and the section in the address, under what scope and filters admit."""
    frame.breadcrumb(scope)
    chosen = filters.current()
    headline.draw(scope, chosen)
    section = choice(
        "section", "成效内容", {code: label for code, (label, _) in SECTIONS.items()}, is_titled=False
    )
    SECTIONS[section][1](scope, chosen)


if __name__ == "__main__":
    frame.enter()
