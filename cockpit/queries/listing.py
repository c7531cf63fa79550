"""Lists of single complaints and alerts: filtered, sorted and paged in SQL."""

from dataclasses import dataclass

import pandas as pd

from cockpit.queries.filters import Filters
from cockpit.queries.named import QUERIES, fetch_page
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
    sort: str = "raised_at",
    descending: bool = True,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the alerts that match, sorted by one of ALERT_SORTS; see `complaint_list`."""
    more = {"search": search, "stage": stage, "state": state}
    return _page("alert_list", scope, filters, more, sort, descending, page, rows, settings)


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
    values: dict[str, object] = {
        "region": filters.region,
        "industry": filters.industry,
        "from": filters.start,
        "to": filters.end,
        "level": filters.level,
        **{key: value or None for key, value in more.items()},
    }
    rows = rows or (settings or process_settings()).list_page_rows
    order = {"sort": sort, "order": "desc" if descending else "asc", "page": page, "rows": rows}
    with store(settings).reader(scope) as reader:
        return Page(*fetch_page(reader, query, {**values, **order}))
