"""Lists: searched, sorted and paged in SQL, exported under scope, a row opening its detail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import pandas as pd
import streamlit as st

from cockpit.queries import Filters, Page, default_period
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import assigning, cached, course, export, filters, frame, trail, wording

# More pages than any list has; a longer number would be one that SQL cannot skip to.
# Longer tables scroll within themselves, so that the pages below stay in sight.
ROWS_IN_SIGHT, TALL = 18, 720
PAGE_DIGITS_MAX = 9
ORDERS = {"desc": "降序", "asc": "升序"}


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
    # The columns shown until a person chooses others; without any all are, and there is no choice.
    columns: Sequence[str] = ()
    is_assignable: bool = False


def _fields(listing: Listing) -> dict[str, Mapping[str, str]]:
    """Return what the fields of the list offer, the first the default: labels by code."""
    return {
        "stage": {"": "全部环节", **listing.stages},
        "state": {"": "全部状态", **listing.states},
        "sort": listing.sorts,
        "order": ORDERS,
    }


def _narrowing(listing: Listing) -> dict[str, Any]:
    """Draw what narrows and orders the list, and return it as arguments of the query."""
    page_key = f"{listing.detail}_page"

    def back_to_first() -> None:
        st.session_state[page_key] = 1

    _settle(listing)
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
        stage = _choice(listing, "stage", "环节")
        state = _choice(listing, "state", "状态")
        sort = _choice(listing, "sort", "排序")
        order = st.segmented_control(
            "次序",
            list(ORDERS),
            key=f"{listing.detail}_order",
            on_change=_write,
            args=(listing,),
            required=True,
            format_func=ORDERS.__getitem__,
        )
    return {
        "search": search or None,
        "stage": stage or None,
        "state": state or None,
        "sort": sort,
        "descending": order != "asc",
    }


def _settle(listing: Listing) -> None:
    """Give each field the value the address has for it: a code, or its label; the first one otherwise.

    The library's own binding would write labels into the address and drop the codes of links.
    """
    for name, labels in _fields(listing).items():
        key = f"{listing.detail}_{name}"
        asked = st.query_params.get(key, "")
        codes = {label: code for code, label in labels.items()} | {code: code for code in labels}
        st.session_state[key] = codes.get(asked, next(iter(labels)))


def _write(listing: Listing) -> None:
    """Put all fields into the address as people have them before them.

    The address a browser sends with a choice need not yet have the one made just before.
    """
    st.session_state[f"{listing.detail}_page"] = 1
    for name, labels in _fields(listing).items():
        key = f"{listing.detail}_{name}"
        if st.session_state[key] == next(iter(labels)):
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = st.session_state[key]


def _choice(listing: Listing, name: str, label: str) -> str:
    labels = _fields(listing)[name]
    chosen: str = st.selectbox(
        label,
        list(labels),
        key=f"{listing.detail}_{name}",
        on_change=_write,
        args=(listing,),
        width=150,
        format_func=labels.__getitem__,
    )
    return chosen


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


def _columns(listing: Listing, names: Sequence[str]) -> list[str]:
    """Draw the choice of columns, kept by the session; return those shown in their order, all when none is chosen."""
    if not listing.columns:
        return list(names)
    key = f"{listing.detail}-columns"
    kept = st.session_state.get(key, list(listing.columns))
    with st.popover("列", icon=":material/view_column:"):
        chosen = st.pills(
            "显示的列",
            names,
            selection_mode="multi",
            # A page that is left forgets its fields.
            default=[name for name in names if name in kept],
            key=f"{key}-field",
        )
    st.session_state[key] = chosen
    return [name for name in names if name in chosen] or list(names)


@cached.by_scope
def _page(scope: Scope, /, query: Callable[..., Page], chosen: Filters, **asked: Any) -> Page:
    """Return a page of a list: what is ticked, chosen or shown anew on it does not ask for it again."""
    return query(scope, chosen, **asked)


def draw(listing: Listing, scope: Scope) -> None:
    """Draw the list under the filters in force; choosing a row opens its detail, or picks it to be assigned."""
    st.session_state[frame.BACK] = listing.slug
    st.session_state[f"{listing.slug}-address"] = st.query_params.to_dict()
    chosen: Filters = filters.current()
    narrowing = _narrowing(listing)
    more, linked = listing.linked(scope)
    size = settings().list_page_rows

    def read(number: int) -> Page:
        return _page(scope, listing.rows, chosen, page=number, rows=size, **narrowing, **more)

    picking = st.container()
    summary = st.container(horizontal=True, vertical_alignment="center")
    body = st.container()
    key = f"{listing.detail}_page"
    asked = _asked_page(key)
    found = read(asked)
    total = found.total
    pages = max(1, ceil(total / size))
    page = st.pagination(pages, key=key, bind="query-params") if pages > 1 else 1
    if page != asked:
        found = read(page)
    _record_search(listing, scope, chosen, {**narrowing, **linked}, total)
    first = (page - 1) * size + 1
    # What is kept is shared: nothing is written into it.
    places = cached.below_root(scope, found.frame["region_name"])
    shown = listing.read(found.frame.assign(region_name=places))
    with summary:
        place = f"，本页第 {first:,}–{first + len(found.frame) - 1:,} {listing.counter}" if total else ""
        st.markdown(f"共 **{total:,}** {listing.counter}{place}", width="stretch")
        is_picking = listing.is_assignable and assigning.switch(scope)
        columns = _columns(listing, [str(name) for name in shown])
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
    if is_picking:
        with picking:
            assigning.draw(scope)
    with body:
        if not total:
            st.info(
                f"在当前范围、期间和条件下没有{listing.label}。可放宽左侧筛选或清空搜索。",
                icon=":material/inbox:",
            )
            return
        choosing = (
            assigning.table(found.frame)
            if is_picking
            else {"key": f"{listing.slug}-table", "on_select": "rerun", "selection_mode": "single-row"}
        )
        table = st.dataframe(
            _written(shown[columns]),
            hide_index=True,
            height="content" if len(found.frame) <= ROWS_IN_SIGHT else TALL,
            column_config={
                name: st.column_config.Column(width=width)
                for name, width in listing.widths.items()
                if name in columns
            },
            alt=listing.label,
            **choosing,
        )
    if not is_picking and table.selection.rows:
        ids = tuple(found.frame["id"].astype(str))
        course.begin(course.Course(listing.detail, read, page, size, total, ids))
        frame.go(listing.detail, id=ids[table.selection.rows[0]])
