"""Lists of single complaints and alerts: filtered, sorted and paged in SQL."""

from dataclasses import dataclass

import pandas as pd

from cockpit.queries.filters import Filters
from cockpit.queries.named import QUERIES, fetch, fetch_page, fetch_tasks
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

COMPLAINT_SORTS = tuple(QUERIES["complaint_list"].sorts)
ALERT_SORTS = tuple(QUERIES["alert_list"].sorts)


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many rows the whole list has."""

    frame: pd.DataFrame
    total: int


def complaint_list(
    scope: Scope,
    filters: Filters,
    *,
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
    """
    more = {"search": search, "stage": stage, "state": state}
    return _page("complaint_list", scope, filters, more, sort, descending, page, rows, settings)


def alert_list(
    scope: Scope,
    filters: Filters,
    *,
    search: str | None = None,
    stage: str | None = None,
    state: str | None = None,
    handler: str | None = None,
    sort: str = "raised_at",
    descending: bool = True,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the alerts that match, sorted by one of ALERT_SORTS; see `complaint_list`.

    `state` may also be stuck (left lying in one stage) or conflict (the sources disagree with what was decided).
    """
    more = {"search": search, "stage": stage, "state": state, "handler": handler}
    return _page("alert_list", scope, filters, more, sort, descending, page, rows, settings)


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
    more: dict[str, str | None],
    sort: str,
    descending: bool,
    page: int,
    rows: int | None,
    settings: Settings | None,
) -> Page:
    query = QUERIES[name]
    if sort not in query.sorts:
        raise ValueError(f"not a sort column: {sort!r}")
    values = _values(filters) | {key: value or None for key, value in more.items()}
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
