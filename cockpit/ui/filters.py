"""Filters: drawn once in the entry point, kept across pages and in the address, always within scope."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd
import streamlit as st

from cockpit.contract.codes import ALERT_LEVEL
from cockpit.queries import Filters, default_period
from cockpit.queries.target import FIRST_DAY, LAST_DAY
from cockpit.region_code import LEVEL_LABELS, is_code, level
from cockpit.scope import Scope
from cockpit.ui import cached, trail

KEYS = ("region", "industry", "from", "to", "level")
# The session's keys: the filters as texts of an address, and as settled for this run.
STATE = "filters"
CURRENT = "filters-now"
CUSTOM = "自定义"
MONTHS_OFFERED = 120
NOTICE_SECONDS = 30


def month_of(text: str | None) -> date | None:
    """Return the first day of a month as an address has it (YYYY-MM); None for anything else."""
    try:
        month = date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        return None
    # Years at the ends of the calendar have no year before or after to compare with.
    return month if month and FIRST_DAY <= month <= LAST_DAY else None


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _presets(as_of: date) -> dict[str, tuple[date, date]]:
    """Return the named periods, in whole months ending with the last complete one."""
    start, end = default_period(as_of)
    last = pd.Period(end, "M")
    names = {"近 12 个月": 12, "近 3 个月": 3, "近 6 个月": 6, "近 24 个月": 24}
    presets = {name: ((last - count + 1).start_time.date(), end) for name, count in names.items()}
    presets["近 12 个月"] = (start, end)
    presets[f"{end.year} 年至今"] = (date(end.year, 1, 1), end)
    presets[f"{end.year - 1} 年"] = (date(end.year - 1, 1, 1), date(end.year - 1, 12, 31))
    return presets


def _valid(scope: Scope, raw: Mapping[str, str], as_of: date) -> Filters:
    """Read filters from texts of an address; what is malformed or outside the scope is left out."""
    region = raw.get("region")
    if region and not (is_code(region) and scope.holds_region(region)):
        trail.record_once(scope, "denied", f"region/{region}")
        # Long enough to be read where drawing the page takes a while.
        st.toast(
            "链接中的地区不在您的范围内，已改为显示您的全部范围。",
            icon=":material/lock:",
            duration=NOTICE_SECONDS,
        )
        region = None
    start, end = default_period(as_of)
    first, last = month_of(raw.get("from")), month_of(raw.get("to"))
    if first and last and first <= last:
        start, end = first, month_end(last)
    industry = raw.get("industry")
    chosen = raw.get("level")
    return Filters(
        region=region or None,
        industry=industry if industry in cached.industries(scope) else None,
        start=start,
        end=end,
        level=chosen if chosen in ALERT_LEVEL else None,
    )


def _texts(filters: Filters) -> dict[str, str]:
    texts = {
        "region": filters.region,
        "industry": filters.industry,
        "from": f"{filters.start:%Y-%m}" if filters.start else None,
        "to": f"{filters.end:%Y-%m}" if filters.end else None,
        "level": filters.level,
    }
    return {key: text for key, text in texts.items() if text}


def _taken_up(scope: Scope) -> Filters:
    """Return the filters of the address, else those last used, else the default."""
    if STATE in st.session_state and not any(key in st.query_params for key in KEYS):
        raw = st.session_state[STATE]
    else:
        raw = {key: st.query_params[key] for key in KEYS if key in st.query_params}
    return _valid(scope, raw, cached.build(scope).as_of.date())


def current() -> Filters:
    """Return the filters in force in this run; `draw` has settled them."""
    filters: Filters = st.session_state[CURRENT]
    return filters


def kept() -> dict[str, str]:
    """Return the filters last in force as texts of an address; none before the first page with filters."""
    return dict(st.session_state.get(STATE, {}))


def keep(filters: Filters) -> None:
    """Make filters the ones in force, in the address too."""
    texts = _texts(filters)
    st.session_state[STATE] = texts
    st.session_state[CURRENT] = filters
    for key in KEYS:
        if key not in texts:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != texts[key]:
            st.query_params[key] = texts[key]


def address(filters: Filters, **more: str) -> dict[str, str]:
    """Return the address parameters that carry filters to another page, with more of the page's own."""
    return _texts(filters) | more


def change(scope: Scope, **parts: str | None) -> None:
    """Change some filters, as texts of the address; None clears one."""
    texts = {key: text for key, text in (st.session_state.get(STATE, {}) | parts).items() if text}
    keep(_valid(scope, texts, cached.build(scope).as_of.date()))


def _choose_region(scope: Scope, key: str, above: str | None) -> None:
    change(scope, region=st.session_state[key] or above)


def _regions(scope: Scope, filters: Filters) -> None:
    """Draw one select box a level, from below the scope's root down to below the chosen region."""
    above: str | None = None
    for depth, chosen in enumerate([*cached.steps(scope, filters.region), None]):
        children = cached.children(scope, above)
        if not children:
            return
        label = LEVEL_LABELS[level(next(iter(children)))]
        key = f"filter-region-{depth}"
        _select(label, children, chosen, key, _choose_region, (scope, key, above))
        above = chosen


def _choose_period(scope: Scope, presets: Mapping[str, tuple[date, date]]) -> None:
    name = st.session_state["filter-period"]
    st.session_state["filter-custom"] = name == CUSTOM
    if name in presets:
        start, end = presets[name]
        change(scope, **{"from": f"{start:%Y-%m}", "to": f"{end:%Y-%m}"})


def _choose_months(scope: Scope) -> None:
    first, last = sorted((st.session_state["filter-from"], st.session_state["filter-to"]))
    change(scope, **{"from": first, "to": last})


def _period(scope: Scope, filters: Filters) -> None:
    build = cached.build(scope)
    presets = _presets(build.as_of.date())
    named = next((name for name, period in presets.items() if period == (filters.start, filters.end)), CUSTOM)
    if st.session_state.get("filter-custom"):
        named = CUSTOM
    st.session_state["filter-period"] = named
    names: list[str] = [*presets, CUSTOM]
    st.selectbox("期间", names, key="filter-period", on_change=_choose_period, args=(scope, presets))
    if named == CUSTOM:
        for key, label, month in (
            ("filter-from", "起始月", filters.start),
            ("filter-to", "截止月", filters.end),
        ):
            text = f"{month:%Y-%m}"
            st.session_state[key] = text
            months = months_offered(scope, month)
            st.selectbox(label, months, key=key, on_change=_choose_months, args=(scope,))


def months_offered(scope: Scope, *more: date | None) -> list[str]:
    """Return the last ten years of months to choose from, and more, as texts of an address."""
    last = pd.Period(cached.build(scope).as_of, "M")
    span = pd.period_range(last - MONTHS_OFFERED + 1, last).strftime("%Y-%m")
    return sorted({*span, *(f"{month:%Y-%m}" for month in more if month)})


def _choose(scope: Scope, name: str, key: str) -> None:
    change(scope, **{name: st.session_state[key]})


def _select(
    label: str,
    names: Mapping[str, str],
    chosen: str | None,
    key: str,
    on_change: Callable[..., None],
    args: tuple[object, ...],
) -> None:
    """Draw one select box of codes by name, headed by the choice of all."""
    codes = ["", *names]
    st.session_state[key] = chosen or ""
    st.selectbox(
        label,
        codes,
        key=key,
        format_func=lambda code: names.get(code, f"全部{label}"),
        on_change=on_change,
        args=args,
    )


def _codes(scope: Scope, name: str, label: str, names: Mapping[str, str], chosen: str | None) -> None:
    key = f"filter-{name}"
    _select(label, names, chosen, key, _choose, (scope, name, key))


def draw(scope: Scope, *, is_by_region_alone: bool = False) -> None:
    """Draw the filters in the sidebar; each change lands in the address before the page runs."""
    filters = _taken_up(scope)
    keep(filters)
    with st.sidebar:
        _regions(scope, filters)
        if is_by_region_alone:
            return
        _codes(scope, "industry", "行业", cached.industries(scope), filters.industry)
        _period(scope, filters)
        _codes(scope, "level", "预警等级", ALERT_LEVEL, filters.level)
