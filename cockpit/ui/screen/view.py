"""What the screen is asked to show: a place, a period of whole months, and the day it tells of."""

from dataclasses import dataclass
from datetime import date

from cockpit import region_code
from cockpit.queries import Filters, default_period
from cockpit.queries.filters import add_months
from cockpit.queries.target import FIRST_DAY
from cockpit.region_code import LEVELS
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached


@dataclass(frozen=True)
class View:
    """A place (None: all of the scope), the filters other pages show the same under, and the day told of.

    `is_past`: the day lies before that of the data: what only the present tells is left out.
    """

    chosen: Filters
    day: date
    is_past: bool

    @property
    def region(self) -> str | None:
        """The place in focus; None for all of the scope."""
        return self.chosen.region


def view(scope: Scope, region: str | None, day: date | None) -> View:
    """Return the view of a place on a day (None: that of the data); CockpitError without data.

    A place outside the scope is taken for all of it, a day outside the data's for theirs. Where alerts stood then is
    told by their steps, which who sees counts alone does not: for a kiosk there is no looking back, and a village is
    taken for its town, as the panels of a village tell of one or two.
    """
    as_of = cached.build(scope).as_of.date()
    told = day if day and scope.sees_cases and FIRST_DAY <= day <= as_of else as_of
    _, end = default_period(told)
    start = add_months(end.replace(day=1), 1 - settings().screen.months)
    asked = region if region and region_code.is_code(region) else None
    if asked and not scope.sees_cases and region_code.level(asked) == "village":
        asked = region_code.ancestor(asked, "town")
    inside = asked if asked and scope.holds_region(asked) else None
    return View(Filters(region=inside, start=start, end=end), told, told < as_of)


def level(scope: Scope, region: str | None) -> str | None:
    """Return the level of the places on the map; None for the parts of the focus."""
    asked = settings().screen.level
    code = region or (scope.regions[0] if len(scope.regions) == 1 else None)
    if asked == "part" or code is None:
        return None
    return asked if LEVELS.index(asked) > LEVELS.index(region_code.level(code)) else None
