"""What a link narrows a list to: read from the address, shown as chips that take it away again.

Parameters of the address are the fields of `Narrowing` (the page 投诉清单) and `AlertNarrowing` (预警清单): a code or
text, `-` for what has no value, `true` or `false`, a day as YYYY-MM-DD or a month as YYYY-MM. Beside them stand the
filters (`region`, `industry`, `from`, `to`, `level`) and what people set on the page itself, before it the name of its
detail: `alert_q`, `alert_stage`, `alert_state` (open, overdue, stuck, conflict, closed), `alert_sort`, `alert_order`,
`alert_page`, and the same of `complaint_`. For example
`frame.go("alerts", **address(AlertNarrowing(module="labour", has_clue=True, start=…, end=…)), alert_state="open")`.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from cockpit.contract.codes import ALERT_SOURCE, DISPOSITION, MODULE
from cockpit.queries import NO_INDUSTRY_NAME, REMAINDER_NAME, AlertNarrowing, Narrowing
from cockpit.queries.filters import parse_day
from cockpit.queries.named import DUE, FOUND, NONE, RATED
from cockpit.queries.target import FIRST_DAY, LAST_DAY
from cockpit.scope import Scope
from cockpit.ui import cached, people, wording

TRUTHS = {True: "true", False: "false"}
# A text in an address may be made by anyone.
TEXT_MAX = 100
CODED: dict[str, Mapping[str, str]] = {
    "due": DUE,
    "rated": RATED,
    "module": MODULE,
    "source": ALERT_SOURCE,
    "finding": FOUND,
    "disposition": DISPOSITION,
}
TRUE_ONLY = ("own", "no_industry")
NEVER_MISSING = ("due", "rated", "cluster", "subject_of")
PERIODS = (("start", "end"), ("stage_from", "stage_to"))
# Of what may be true or false, or is there: the words for the one and for the other.
SAID = {
    "repeat": ("办结后再次投诉", "非再次投诉"),
    "has_clue": ("曾转问题线索", "未转问题线索"),
    "has_case": ("曾立案", "未立案"),
    "has_sanction": ("曾给予处分", "未给予处分"),
    "has_persons": ("处理了人员", "未处理人员"),
    "has_recovered": ("追回了资金", "未追回资金"),
    "own": (REMAINDER_NAME, REMAINDER_NAME),
    "no_industry": (NO_INDUSTRY_NAME, NO_INDUSTRY_NAME),
}
N = TypeVar("N", Narrowing, AlertNarrowing)


def address(narrowing: Narrowing | AlertNarrowing) -> dict[str, str]:
    """Return the address parameters that narrow a list so; `frame.go("complaints", **address(…))`."""
    texts = {}
    for field in fields(narrowing):
        value = getattr(narrowing, field.name)
        if value is not None:
            texts[field.name] = TRUTHS[value] if isinstance(value, bool) else str(value) or NONE
    return texts


def read(parameters: Mapping[str, str], kind: type[N]) -> N:
    """Return what an address narrows a list of that kind to; what is malformed is left out."""
    given = {name: parameters[name] for name in _types(kind) if parameters.get(name)}
    read: dict[str, Any] = {name: _value(name, text, _types(kind)[name]) for name, text in given.items()}
    for start, end in PERIODS:
        if read.get(start) and read.get(end) and read[start] > read[end]:
            read |= {start: None, end: None}
    return kind(**read)


def draw(scope: Scope, kind: type[N]) -> tuple[dict[str, Any], dict[str, str]]:
    """Draw a chip for each narrowing in the address; return the argument of the list's query, and it as texts."""
    narrowing = read(st.query_params.to_dict(), kind)
    texts = address(narrowing)
    if texts:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="narrowed"):
            for name in texts:
                st.button(
                    wording.plain(_label(scope, name, getattr(narrowing, name))),
                    key=f"narrowed-{name}",
                    icon=":material/close:",
                    help="去掉此条件",
                    on_click=_remove,
                    args=(name, "complaint_page" if kind is Narrowing else "alert_page"),
                )
    return {"narrowing": narrowing}, texts


complaints: Callable[[Scope], tuple[dict[str, Any], dict[str, str]]] = partial(draw, kind=Narrowing)
alerts: Callable[[Scope], tuple[dict[str, Any], dict[str, str]]] = partial(draw, kind=AlertNarrowing)


def _types(kind: type[N]) -> dict[str, Any]:
    return {field.name: field.type for field in fields(kind)}


def _value(name: str, text: str, annotated: object) -> Any:
    if annotated == date | None:
        return _day(text, is_end=name in ("end", "stage_to"))
    if annotated == bool | None:
        value = {"true": True, "false": False}.get(text)
        return value or None if name in TRUE_ONLY else value
    if text == NONE and name not in NEVER_MISSING:
        return ""
    return text if text in CODED.get(name, {text}) and len(text) <= TEXT_MAX else None


def _day(text: str, *, is_end: bool) -> date | None:
    try:
        day = parse_day(text, is_end=is_end)
    except (ValueError, OverflowError):
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _remove(name: str, page: str) -> None:
    st.query_params.pop(name, None)
    st.session_state[page] = 1


def _label(scope: Scope, name: str, value: Any) -> str:
    if name in SAID:
        return SAID[name][not value]
    if name in CODED:
        value = CODED[name].get(value, value)
    named: dict[str, Callable[[], str]] = {
        "category": lambda: f"类别：{value or '未标明'}",
        "unit": lambda: f"单位：{cached.units(scope).get(value, value) or '未标明'}",
        "due": lambda: value,
        "rated": lambda: value,
        "cluster": lambda: f"同一问题 {value[:8]}",
        "module": lambda: f"模块：{value or '未标明'}",
        "model": lambda: f"监督模型：{value or '未标明'}",
        "source": lambda: f"预警来源：{value or '未标明'}",
        "handler": lambda: f"承办人：{people.named(value) if value else '尚无'}",
        "finding": lambda: f"核查结论：{value or '尚无'}",
        "disposition": lambda: f"处置方式：{value or '尚无'}",
        "subject_of": lambda: f"与预警 {value} 同一对象",
        "start": lambda: f"日期自 {value:%Y-%m-%d}",
        "end": lambda: f"日期至 {value:%Y-%m-%d}",
        "stage_from": lambda: f"进入环节自 {value:%Y-%m-%d}",
        "stage_to": lambda: f"进入环节至 {value:%Y-%m-%d}",
    }
    return named[name]()
