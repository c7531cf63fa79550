"""The frames that several sections draw from, read once for a scope under filters."""

import pandas as pd

from cockpit.queries import Filters, effect
from cockpit.queries.effect import Cohorts
from cockpit.scope import Scope
from cockpit.ui import cached


@cached.by_scope
def cohorts(scope: Scope, chosen: Filters) -> Cohorts:
    """Return what became of the alerts of the period; see `effect.cohorts`."""
    return effect.cohorts(scope, chosen)


@cached.by_scope
def rectifications(scope: Scope, chosen: Filters) -> pd.DataFrame:
    """Return the problem lists, campaigns and rules of the period; see `effect.rectifications`."""
    return effect.rectifications(scope, chosen)


@cached.by_scope
def coverage(scope: Scope, chosen: Filters) -> pd.DataFrame | None:
    """Return the villages with and without records; see `effect.coverage`."""
    return effect.coverage(scope, chosen)
