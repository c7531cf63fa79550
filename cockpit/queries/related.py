"""What else a complaint hangs together with: others of the same problem, what it comes back to, what comes back."""

import pandas as pd

from cockpit.queries.named import Query, fetch
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.views.store import store

_SAME = Query("analysis_same", "同一问题的其他投诉")
_RETURNS = Query("analysis_tied", "一件投诉的前一次与再次反映")


def same_problem(
    scope: Scope, complaint_id: str, place: str, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the other complaints in scope that tell of a complaint's problem, the latest first.

    Columns: cluster_id, id, received_at, subject, is_closed. `place` is the region_code it was recorded at. None
    where it stands alone, or is not in scope itself.
    """
    return _fetch(_SAME, scope, complaint_id, place, settings)


def returns(scope: Scope, complaint_id: str, place: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the complaints in scope that a complaint comes back to (side earlier) or that come back to it (later).

    Columns: side, id, received_at, closed_at, subject, is_closed, days_since_closure (of the earlier one), is_same_topic,
    similarity (missing where the texts are not alike); by time of receipt.
    """
    return _fetch(_RETURNS, scope, complaint_id, place, settings)


def _fetch(
    query: Query, scope: Scope, complaint_id: str, place: str, settings: Settings | None
) -> pd.DataFrame:
    with store(settings).reader(scope) as reader:
        return fetch(reader, query, {"id": complaint_id, "place": place})
