"""Lists of single complaints and alerts: filtered, sorted and paged in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from cockpit.queries.filters import Filters
from cockpit.queries.named import QUERIES, Query, fetch
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings

# What a person may sort by: the name in a link, and the column behind it.
COMPLAINT_SORTS: Mapping[str, str] = MappingProxyType(
    {
        name: name
        for name in (
            "received_at",
            "due_at",
            "closed_at",
            "handling_days",
            "satisfaction",
            "region_code",
            "id",
        )
    }
)
ALERT_SORTS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in ("raised_at", "due_at", "stage_at", "amount", "region_code", "id")},
        "alert_level": "list_position(['blue', 'yellow', 'red'], alert_level)",
        "stage": "list_position(['raised', 'assigned', 'verified', 'disposed', 'applied', 'assessed'], stage)",
    }
)


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

    Rows without a value in the sorted column come last. Raises ValueError for a column that is no sort.
    """
    values = _values(filters, search=search, stage=stage, state=state)
    return _page(
        QUERIES["complaint_list"], COMPLAINT_SORTS, scope, values, sort, descending, page, rows, settings
    )


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
    """Return one page (from 1) of the alerts that match; see `complaint_list`."""
    values = _values(filters, search=search, stage=stage, state=state)
    return _page(QUERIES["alert_list"], ALERT_SORTS, scope, values, sort, descending, page, rows, settings)


def _values(filters: Filters, **more: str | None) -> dict[str, object]:
    return {
        "region": filters.region,
        "industry": filters.industry,
        "from": filters.start,
        "to": filters.end,
        "level": filters.level,
        **{name: value or None for name, value in more.items()},
    }


def _page(
    query: Query,
    sorts: Mapping[str, str],
    scope: Scope,
    values: Mapping[str, object],
    sort: str,
    descending: bool,
    page: int,
    rows: int | None,
    settings: Settings | None,
) -> Page:
    if sort not in sorts:
        raise ValueError(f"not a sort column: {sort!r}")
    rows = rows or (settings or process_settings()).list_page_rows
    direction = "desc" if descending else "asc"
    tail = f"order by {sorts[sort]} {direction} nulls last, id {direction}\nlimit $rows offset $skipped\n"
    frame = fetch(
        query,
        scope,
        values,
        tail=tail,
        more={"rows": rows, "skipped": (max(page, 1) - 1) * rows},
        settings=settings,
    )
    total = fetch(query, scope, values, head="select count(*) as total from (", tail=")", settings=settings)
    return Page(frame, int(total["total"].iloc[0]))
