"""Lists: searched, sorted and paged in SQL, exported under scope, a row opening its detail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import pandas as pd
import streamlit as st

from cockpit.queries import Filters, Page, default_period
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, filters, frame, trail, wording

# More pages than any list has; a longer number would be one that SQL cannot skip to.
# Longer tables scroll within themselves, so that the pages below stay in sight.
ROWS_IN_SIGHT, TALL = 18, 720
PAGE_DIGITS_MAX = 9


@dataclass(frozen=True)
class Listing:
    """One kind of list: where its rows come from, how they read, what narrows and orders them.

    `stages` and `states` map codes to Chinese labels; `sorts` maps columns to labels, the first the default;
    `read` turns rows into what people see, columns already named in Chinese.
    """

    slug: str
    detail: str
    label: str
    counter: str
    rows: Callable[..., Page]
    stages: Mapping[str, str]
    states: Mapping[str, str]
    sorts: Mapping[str, str]
    read: Callable[[pd.DataFrame], pd.DataFrame]
    widths: Mapping[str, Literal["small", "medium", "large"] | int]
    # What a link narrows the list to besides: arguments of `rows`, and the same as texts of an address.
    linked: Callable[[Scope], tuple[dict[str, Any], dict[str, str]]] = lambda _scope: ({}, {})


def _narrowing(listing: Listing) -> dict[str, Any]:
    """Draw what narrows and orders the list, and return it as arguments of the query."""
    page_key = f"{listing.detail}_page"

    def back_to_first() -> None:
        st.session_state[page_key] = 1

    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "搜索",
            key=f"{listing.detail}_q",
            bind="query-params",
            on_change=back_to_first,
            placeholder="编号、标题或内容",
            icon=":material/search:",
            width=320,
        )
        stage = st.selectbox(
            "环节",
            ["", *listing.stages],
            key=f"{listing.detail}_stage",
            bind="query-params",
            on_change=back_to_first,
            width=150,
            format_func=lambda code: listing.stages.get(code, "全部环节"),
        )
        state = st.selectbox(
            "状态",
            ["", *listing.states],
            key=f"{listing.detail}_state",
            bind="query-params",
            on_change=back_to_first,
            width=150,
            format_func=lambda code: listing.states.get(code, "全部状态"),
        )
        sort = st.selectbox(
            "排序",
            list(listing.sorts),
            key=f"{listing.detail}_sort",
            bind="query-params",
            on_change=back_to_first,
            width=150,
            format_func=lambda code: listing.sorts[code],
        )
        order = st.segmented_control(
            "次序",
            ["desc", "asc"],
            key=f"{listing.detail}_order",
            bind="query-params",
            on_change=back_to_first,
            default="desc",
            required=True,
            format_func=lambda code: {"desc": "降序", "asc": "升序"}[code],
        )
    return {
        "search": search or None,
        "stage": stage or None,
        "state": state or None,
        "sort": sort,
        "descending": order != "asc",
    }


def _written(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with numbers written out: exports keep the numbers themselves."""
    numbers = rows.select_dtypes("number")
    return rows.assign(**{str(name): numbers[name].map(wording.exact) for name in numbers})


def _asked_page(key: str) -> int:
    """Return the page that the pagination below the rows will most likely show: it can be drawn only after them."""
    asked = str(st.session_state.get(key) or st.query_params.get(key, ""))
    return max(1, int(asked)) if asked.isdecimal() and len(asked) <= PAGE_DIGITS_MAX else 1


def _record_search(
    listing: Listing, scope: Scope, chosen: Filters, narrowing: Mapping[str, Any], total: int
) -> None:
    """Record what the list was narrowed to; the list as it opens is no search."""
    asked = filters.address(chosen) | {
        name: value for name, value in narrowing.items() if value and name not in {"sort", "descending"}
    }
    opened = filters.address(Filters(None, None, *default_period(cached.build(scope).as_of.date())))
    if asked != opened:
        trail.record_search(scope, listing.slug, asked, total)


def draw(listing: Listing, scope: Scope) -> None:
    """Draw the list under the filters in force; choosing a row opens its detail."""
    st.session_state[frame.BACK] = listing.slug
    chosen: Filters = filters.current()
    narrowing = _narrowing(listing)
    more, linked = listing.linked(scope)
    size = settings().list_page_rows
    summary = st.container(horizontal=True, vertical_alignment="center")
    body = st.container()
    key = f"{listing.detail}_page"
    asked = _asked_page(key)
    found = listing.rows(scope, chosen, **narrowing, **more, page=asked, rows=size)
    total = found.total
    pages = max(1, ceil(total / size))
    page = st.pagination(pages, key=key, bind="query-params") if pages > 1 else 1
    if page != asked:
        found = listing.rows(scope, chosen, **narrowing, **more, page=page, rows=size)
    _record_search(listing, scope, chosen, {**narrowing, **linked}, total)
    first = (page - 1) * size + 1
    with summary:
        shown = f"，本页第 {first:,}–{first + len(found.frame) - 1:,} {listing.counter}" if total else ""
        st.markdown(f"共 **{total:,}** {listing.counter}{shown}", width="stretch")
        detail: dict[str, object] = {
            key: str(value) for key, value in (filters.address(chosen) | narrowing | linked).items() if value
        }
        limit = settings().export_rows_max
        if 0 < total <= limit:
            export.buttons(
                scope,
                listing.slug,
                listing.label,
                detail,
                lambda: listing.read(
                    listing.rows(scope, chosen, **narrowing, **more, page=1, rows=limit).frame
                ),
            )
        elif total:
            st.caption(f"超过 {limit:,} 行，请缩小范围后导出", width="content")
    found.frame["region_name"] = cached.below_root(scope, found.frame["region_name"])
    with body:
        if not total:
            st.info(
                f"在当前范围、期间和条件下没有{listing.label}。可放宽左侧筛选或清空搜索。",
                icon=":material/inbox:",
            )
            return
        table = st.dataframe(
            _written(listing.read(found.frame)),
            hide_index=True,
            height="content" if len(found.frame) <= ROWS_IN_SIGHT else TALL,
            column_config={
                name: st.column_config.Column(width=width) for name, width in listing.widths.items()
            },
            on_select="rerun",
            selection_mode="single-row",
            key=f"{listing.slug}-table",
            alt=listing.label,
        )
    if table.selection.rows:
        frame.go(listing.detail, id=str(found.frame["id"].iloc[table.selection.rows[0]]))
