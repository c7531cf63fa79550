"""What else a complaint or an alert hangs together with: the same problem, what comes back, alerts alike."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from cockpit.queries.filters import Filters
from cockpit.queries.listing import AlertNarrowing, Narrowing, alert_list, complaint_list
from cockpit.queries.named import Query, fetch
from cockpit.region_code import level
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.views.store import store

_SAME = Query("analysis_same", "同一问题的其他投诉")
_RETURNS = Query("analysis_tied", "一件投诉的前一次与再次反映")
YEAR, BESIDE = timedelta(days=365), timedelta(days=90)


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


@dataclass(frozen=True)
class Alike:
    """Records like an alert: the filters and the narrowing that list all of them, how many, and the latest few."""

    filters: Filters
    narrowing: AlertNarrowing | Narrowing
    total: int
    rows: pd.DataFrame


def alerts_alike(
    scope: Scope, alert: "pd.Series[Any]", as_of: date, *, rows: int = 5, settings: Settings | None = None
) -> dict[str, Alike]:
    """Return alerts in scope of an alert's subject, of its place, of its model, by these words; what it lacks is left out.

    `alert` is a row of `alert_detail`. Those of the subject are of ten years, the others from a year before it was
    raised, all until `as_of`; totals include the alert itself, the rows (as of `alert_list`) do not.
    """
    raised, end = alert["raised_at"].date(), max(as_of, alert["raised_at"].date())
    since = AlertNarrowing(start=raised - YEAR, end=end)
    place = Filters(region=alert["region_code"])
    is_village = level(alert["region_code"]) == "village"
    asked: dict[str, tuple[Filters, AlertNarrowing]] = {
        "subject": (
            Filters(),
            AlertNarrowing(subject_of=alert["id"], start=min(raised, end - 10 * YEAR), end=end),
        ),
        "place": (place, since if is_village else replace(since, own=True)),
        "model": (Filters(), replace(since, model=alert["model"])),
    }
    keys = {"subject": "subject", "place": "region_code", "model": "model"}
    return {
        kind: Alike(
            filters,
            narrowing,
            (
                found := alert_list(scope, filters, narrowing=narrowing, rows=rows + 1, settings=settings)
            ).total,
            found.frame[found.frame["id"] != alert["id"]].head(rows),
        )
        for kind, (filters, narrowing) in asked.items()
        if isinstance(alert[keys[kind]], str) and alert[keys[kind]]
    }


def complaints_beside(
    scope: Scope, alert: "pd.Series[Any]", *, rows: int = 5, settings: Settings | None = None
) -> Alike:
    """Return complaints in scope of an alert's place and industry within 90 days of its raising; of any without one."""
    raised = alert["raised_at"].date()
    narrowing = Narrowing(start=raised - BESIDE, end=raised + BESIDE)
    industry = alert["industry_code"] if isinstance(alert["industry_code"], str) else None
    filters = Filters(region=alert["region_code"], industry=industry)
    found = complaint_list(scope, filters, narrowing=narrowing, rows=rows, settings=settings)
    return Alike(filters, narrowing, found.total, found.frame)
