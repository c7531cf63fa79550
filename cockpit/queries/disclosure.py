"""Frames of 公开公示: what villages have made public, what is late or missing, and public money published against paid.

Each is a function of a scope, empty outside of it and for a scope over some industries or units alone: disclosure names
neither. An item is `public` until `interval_days` after its last publication, then `late`; what was never made public is
`missing`, due since the first month the village tells of anything. The rating asks for less: public within a year.
"""

import pandas as pd

from cockpit.queries.listing import Page
from cockpit.queries.named import Query, fetch, focus_of
from cockpit.queries.target import NO_REGION
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

STATES = {"public": "已公开", "late": "逾期", "missing": "未公开"}
# Shape beside word, so that colour never stands alone.
MARKS = {"public": "● 已公开", "late": "▲ 逾期", "missing": "○ 未公开"}
INTERVALS = {7: "每周", 30: "每月", 90: "每季度", 180: "每半年", 365: "每年"}
COUNTS = ("village_count", "public_count", "late_count", "missing_count")

_VILLAGE = Query("disclosure_village", "公开：一个村的各事项")
_COVERAGE = Query("disclosure_coverage", "公开：各地各事项的村数")
_LATE = Query("disclosure_late", "公开：未公开与逾期清单")
_FUND = Query("disclosure_fund", "公开：惠民资金，按地区与年度")


def interval(days: int) -> str:
    """Write how often an item is due."""
    return INTERVALS.get(days, f"每 {days} 天")


def items(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per item of public disclosure of a village: what is not public first, the longest due before.

    Columns: code, name, category, interval_days, published_on (the latest, or missing), due_on, state (STATES),
    days_late (since due_on, as of the data; missing where public). Empty outside the scope, and where no village of the
    installation has told of anything.
    """
    with store(settings).reader(scope) as reader:
        return fetch(reader, _VILLAGE, {"village": village})


def coverage(scope: Scope, region: str | None = None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per part of a region (its children; a village itself; the roots of the scope) and item.

    Columns: region_code, name, code, item_name, category, COUNTS (villages of today by state; the last three sum to the
    first). Parts are disjoint, so that sums over them are those of the region.
    """
    with store(settings).reader(scope) as reader:
        focus = focus_of(reader, region)
        parts = [] if focus.code else list(focus.parts)
        return fetch(reader, _COVERAGE, {"region": region, "parts": parts or [NO_REGION]})


def late(
    scope: Scope,
    region: str | None = None,
    *,
    state: str | None = None,
    category: str | None = None,
    item: str | None = None,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of what is late or missing, the longest due first.

    Columns: region_code, region_name, code, name, category, interval_days, published_on, due_on, state, days_late.
    `state` is late or missing; None asks for both.
    """
    rows = rows or (settings or process_settings()).list_page_rows
    asked: dict[str, object] = {"region": region, "state": state, "category": category, "item": item}
    asked |= {"rows": rows, "skipped": (max(page, 1) - 1) * rows}
    with store(settings).reader(scope) as reader:
        found = fetch(reader, _LATE, asked)
        # A page after the last holds nothing that could tell how many there are.
        first = found if len(found) or page <= 1 else fetch(reader, _LATE, asked | {"rows": 1, "skipped": 0})
    total = int(first["total"].iloc[0]) if len(first) else 0
    return Page(found.drop(columns="total"), total)


def funds(
    scope: Scope,
    region: str | None,
    level: str,
    year: int | None = None,
    *,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return one row per place of a level inside a region, fund ('' where none is named) and year (0: unknown).

    Columns: region_code, name, full_name, fund, year, paid_sum and published_sum (yuan), payment_count, recipient_count
    (distinct persons), publication_count, published_recipient_count (at least so many), latest_on. Counts of persons and
    payments are exact: whoever shows them masks those of fewer than five persons.
    """
    with store(settings).reader(scope) as reader:
        return fetch(reader, _FUND, {"region": region, "place_level": level, "year": year})
