"""Named queries over the views, typed functions around them, and the measures they feed."""

from collections.abc import Mapping

import pandas as pd

from cockpit.queries.filters import (
    Filters,
    default_period,
    last_year_period,
    previous_period,
)
from cockpit.queries.listing import (
    ALERT_SORTS,
    COMPLAINT_SORTS,
    AlertNarrowing,
    Narrowing,
    Page,
    TaskCount,
    alert_list,
    alerts_picked,
    complaint_list,
    task_count,
    tasks,
)
from cockpit.queries.named import PARAMETERS, QUERIES, TASKS, Parameter, Query, fetch, fetch_timeline, run
from cockpit.queries.overview import (
    ALERT_COUNTS,
    COMPLAINT_COUNTS,
    NO_INDUSTRY_NAME,
    REMAINDER_NAME,
    Overview,
    overview,
)
from cockpit.queries.timeline import ORIGIN_LABELS
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

__all__ = [
    "ALERT_COUNTS",
    "ALERT_SORTS",
    "COMPLAINT_COUNTS",
    "COMPLAINT_SORTS",
    "NO_INDUSTRY_NAME",
    "ORIGIN_LABELS",
    "PARAMETERS",
    "QUERIES",
    "REMAINDER_NAME",
    "TASKS",
    "AlertNarrowing",
    "Filters",
    "Narrowing",
    "Overview",
    "Page",
    "Parameter",
    "Query",
    "TaskCount",
    "alert_detail",
    "alert_list",
    "alert_timeline",
    "alerts_picked",
    "boundaries",
    "build",
    "build_id",
    "complaint_detail",
    "complaint_events",
    "complaint_list",
    "data_status",
    "default_period",
    "industries",
    "last_year_period",
    "overview",
    "previous_period",
    "problem",
    "refresh",
    "region_children",
    "region_path",
    "region_roots",
    "region_tree",
    "revision",
    "run",
    "task_count",
    "tasks",
    "units",
    "village_activity",
]


def build_id(*, settings: Settings | None = None) -> str:
    """Return the name of the build in service, for the keys of caches; CockpitError without one."""
    return store(settings).build_id


def revision(scope: Scope, *, settings: Settings | None = None) -> str:
    """Return the name of the build and of the last decision over it in a scope; CockpitError without a build."""
    return store(settings).revision(scope)


def problem(*, settings: Settings | None = None) -> str | None:
    """Return in Chinese why what is shown may not be the newest; None when it is."""
    return store(settings).problem


def refresh(*, settings: Settings | None = None) -> None:
    """Bring what was just decided into every view of this process."""
    store(settings).refresh()


def build(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row on the build in service: build_id, built_at, as_of, is_demo."""
    return _fetch("build", scope, settings)


def data_status(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per source table with its rows, last load and latest time."""
    return _fetch("data_status", scope, settings)


def village_activity(scope: Scope, days: int, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return region_code, county_name, town_name, name, latest_on, state of every village in scope.

    Administrators see all, scopes over some units or industries alone none.

    `state` is silent without a record in the last days up to the build's as_of, no_data without any at all.
    """
    return _fetch("village_activity", scope, settings, {"days": days})


def complaint_detail(scope: Scope, complaint_id: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row, or none where the complaint does not exist or lies outside the scope."""
    return _fetch("complaint_detail", scope, settings, {"id": complaint_id})


def complaint_events(scope: Scope, complaint_id: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the steps of a complaint in order of time: stage, at, unit_id, unit_name, note."""
    return _fetch("complaint_events", scope, settings, {"id": complaint_id})


def alert_detail(scope: Scope, alert_id: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row, or none where the alert does not exist or lies outside the scope."""
    return _fetch("alert_detail", scope, settings, {"id": alert_id})


def alert_timeline(scope: Scope, alert_id: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the course of an alert by time, each row with its `origin`, upstream or here; empty outside the scope.

    Columns: at, stage come to, action, who, role, handler, unit_name, finding, amount, disposition, four_form,
    persons, recovered, applied_as, grade, extension_days, note, due_at and version; see `timeline.with_decisions`.
    """
    settings = settings or process_settings()
    with store(settings).reader(scope) as reader:
        return fetch_timeline(reader, {"id": alert_id}, settings)


def region_roots(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the regions of the scope itself."""
    return _fetch("region_roots", scope, settings)


def region_children(
    scope: Scope, region: str | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the children of a region in scope; for None those of the scope's one region."""
    return _fetch("region_children", scope, settings, {"region": region})


def region_path(scope: Scope, region: str | None = None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the regions from the province down to one in scope, itself included."""
    return _fetch("region_path", scope, settings, {"region": region})


def region_tree(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return code, name, full_name, level, parent of every region whose name the scope may know."""
    return _fetch("region_tree", scope, settings)


def boundaries(scope: Scope, region: str | None = None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return region_code, name, level, geometry (GeoJSON text) of the parts of a region, or of itself without any."""
    return _fetch("boundaries", scope, settings, {"region": region})


def units(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the units the scope may name: id, name, kind, region_code."""
    return _fetch("units", scope, settings)


def industries(scope: Scope, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return all industries: code, name."""
    return _fetch("industries", scope, settings)


def _fetch(
    name: str, scope: Scope, settings: Settings | None, values: Mapping[str, object] | None = None
) -> pd.DataFrame:
    with store(settings).reader(scope) as reader:
        return fetch(reader, QUERIES[name], values or {})
