"""Lists of single complaints and alerts: filtered, sorted and paged in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cockpit.queries.filters import Filters
from cockpit.queries.named import QUERIES, Query, fetch, fetch_page, fetch_tasks
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

COMPLAINT_SORTS = tuple(QUERIES["complaint_list"].sorts)
ALERT_SORTS = tuple(QUERIES["alert_list"].sorts)
_PICKED = Query("alert_picked", "几条预警，供一并办理")
# What a narrowing says in place of the filters.
PERIOD = ("no_industry", "start", "end")


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many rows the whole list has."""

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True)
class Narrowing:
    """What a list of complaints shows of those the filters admit; None asks for nothing, '' for what has no value.

    `due` is a key of named.DUE, `rated` one of named.RATED; `repeat`: those that come back after a closing, or the
    others; `own`: those recorded at the focus itself and not in a part; `cluster`: those that tell of one problem;
    `no_industry`: those without an industry. `start` and `end`, days both included, take the place of the filters' period.
    """

    category: str | None = None
    unit: str | None = None
    due: str | None = None
    rated: str | None = None
    repeat: bool | None = None
    own: bool | None = None
    cluster: str | None = None
    no_industry: bool | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class AlertNarrowing:
    """What a list of alerts shows of those the filters admit; None asks for nothing, '' for what has no value.

    `handler` is a user name; `finding` a key of named.FOUND (`confirmed`: 属实 or 部分属实, `verified`: any);
    `disposition` the latest, `has_clue`, `has_case`, `has_sanction` whether it was ever disposed of so; `has_persons`,
    `has_recovered` whether persons were dealt with and money recovered; `own`: those recorded at the focus itself and
    not in a part; `no_industry`: those without an industry; `subject_of`: the id of an alert whose subject they have.
    `start` and `end`, days of raising, both included, take the place of the filters' period; `stage_from` and
    `stage_to` are those on which the present stage began.
    """

    module: str | None = None
    model: str | None = None
    source: str | None = None
    unit: str | None = None
    handler: str | None = None
    finding: str | None = None
    disposition: str | None = None
    has_clue: bool | None = None
    has_case: bool | None = None
    has_sanction: bool | None = None
    has_persons: bool | None = None
    has_recovered: bool | None = None
    own: bool | None = None
    no_industry: bool | None = None
    subject_of: str | None = None
    start: date | None = None
    end: date | None = None
    stage_from: date | None = None
    stage_to: date | None = None


NOTHING_MORE = Narrowing()
NO_ALERT_NARROWING = AlertNarrowing()


def complaint_list(
    scope: Scope,
    filters: Filters,
    *,
    narrowing: Narrowing = NOTHING_MORE,
    search: str | None = None,
    stage: str | None = None,
    state: str | None = None,
    sort: str = "received_at",
    descending: bool = True,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the complaints that match; `state` is open, closed or overdue.

    `sort` is one of COMPLAINT_SORTS, ValueError otherwise. Rows without a value in that column come last.
    Industry '' in the filters is for complaints without one.
    """
    filters = _narrowed(filters, narrowing)
    more: dict[str, object] = {
        "search": search or None,
        "stage": stage or None,
        "state": state or None,
        "category": narrowing.category,
        "unit": narrowing.unit,
        "due": narrowing.due,
        "rated": narrowing.rated,
        "own": narrowing.own,
        "repeat": narrowing.repeat,
        "cluster": narrowing.cluster,
    }
    return _page("complaint_list", scope, filters, more, sort, descending, page, rows, settings)


def alert_list(
    scope: Scope,
    filters: Filters,
    *,
    narrowing: AlertNarrowing = NO_ALERT_NARROWING,
    search: str | None = None,
    stage: str | None = None,
    state: str | None = None,
    sort: str = "raised_at",
    descending: bool = True,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the alerts that match, sorted by one of ALERT_SORTS; see `complaint_list`.

    `state` may also be stuck (left lying in one stage) or conflict (the sources disagree with what was decided).
    """
    asked = {"search": search, "stage": stage, "state": state}
    more: dict[str, object] = {key: value or None for key, value in asked.items()}
    more |= {name: value for name, value in vars(narrowing).items() if name not in PERIOD}
    filters = _narrowed(filters, narrowing)
    return _page("alert_list", scope, filters, more, sort, descending, page, rows, settings)


def _narrowed(filters: Filters, narrowing: Narrowing | AlertNarrowing) -> Filters:
    return replace(
        filters,
        industry="" if narrowing.no_industry else filters.industry,
        start=narrowing.start or filters.start,
        end=narrowing.end or filters.end,
    )


def alerts_picked(scope: Scope, ids: Sequence[str], *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the alerts of these ids that are in scope, with what a decision on them begins from; in no order."""
    with store(settings).reader(scope) as reader:
        return fetch(reader, _PICKED, {"ids": list(ids)})


@dataclass(frozen=True)
class TaskCount:
    """How many tasks a person has, and how many of them are past their limit."""

    open: int
    overdue: int


def tasks(
    scope: Scope,
    filters: Filters | None = None,
    *,
    task: str | None = None,
    late: bool | None = None,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of what is this person's to do now, the earliest due first.

    One row per alert and action (`task`, a code of loop.transition); `is_overdue` is past the limit of that action.
    """
    rows = rows or (settings or process_settings()).list_page_rows
    values = {**_values(filters or Filters()), "task": task, "late": late, "rows": rows, "page": page}
    with store(settings).reader(scope) as reader:
        return Page(*fetch_tasks(reader, values))


def task_count(scope: Scope, *, settings: Settings | None = None) -> TaskCount:
    """Return how many tasks a person has, for the menu."""
    with store(settings).reader(scope) as reader:
        row = fetch(reader, QUERIES["task_count"], {}).iloc[0]
    return TaskCount(int(row["open_count"]), int(row["overdue_count"]))


def _page(
    name: str,
    scope: Scope,
    filters: Filters,
    more: dict[str, object],
    sort: str,
    descending: bool,
    page: int,
    rows: int | None,
    settings: Settings | None,
) -> Page:
    query = QUERIES[name]
    if sort not in query.sorts:
        raise ValueError(f"not a sort column: {sort!r}")
    values = _values(filters) | more
    rows = rows or (settings or process_settings()).list_page_rows
    order = {"sort": sort, "order": "desc" if descending else "asc", "page": page, "rows": rows}
    with store(settings).reader(scope) as reader:
        return Page(*fetch_page(reader, query, {**values, **order}))


def _values(filters: Filters) -> dict[str, object]:
    return {
        "region": filters.region,
        "industry": filters.industry,
        "from": filters.start,
        "to": filters.end,
        "level": filters.level,
    }
