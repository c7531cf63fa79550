"""What a link narrows the list of complaints to: read from the address, shown as chips that take it away again."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import streamlit as st

from cockpit.queries import NO_INDUSTRY_NAME, REMAINDER_NAME, Narrowing
from cockpit.queries.named import DUE, NONE, RATED
from cockpit.queries.target import FIRST_DAY, LAST_DAY
from cockpit.scope import Scope
from cockpit.ui import cached, wording

TRUTHS = {True: "true", False: "false"}
PAGE = "complaint_page"
# A text in an address may be made by anyone.
TEXT_MAX = 100


def address(narrowing: Narrowing) -> dict[str, str]:
    """Return the address parameters that narrow the page 投诉清单 so; `frame.go("complaints", **address(…))`."""
    texts = {}
    for field in fields(narrowing):
        value = getattr(narrowing, field.name)
        if value is not None:
            texts[field.name] = TRUTHS[value] if isinstance(value, bool) else str(value) or NONE
    return texts


def read(parameters: Mapping[str, str]) -> Narrowing:
    """Return what an address narrows the list to; what is malformed is left out."""
    given: dict[str, Any] = {name: parameters[name] for name in _names() if parameters.get(name)}
    read: dict[str, Any] = {}
    for name, text in given.items():
        match name:
            case "repeat":
                read[name] = {"true": True, "false": False}.get(text)
            case "own" | "no_industry":
                read[name] = True if text == "true" else None
            case "due" | "rated":
                read[name] = text if text in {"due": DUE, "rated": RATED}[name] else None
            case "start" | "end":
                read[name] = _day(text)
            case _ if len(text) <= TEXT_MAX:
                read[name] = "" if text == NONE and name != "cluster" else text
    if read.get("start") and read.get("end") and read["start"] > read["end"]:
        read |= {"start": None, "end": None}
    return Narrowing(**read)


def draw(scope: Scope) -> tuple[dict[str, Any], dict[str, str]]:
    """Draw a chip for each narrowing in the address; return the argument of `complaint_list`, and it as texts."""
    narrowing = read(st.query_params.to_dict())
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
                    args=(name,),
                )
    return {"narrowing": narrowing}, texts


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Narrowing))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _remove(name: str) -> None:
    st.query_params.pop(name, None)
    st.session_state[PAGE] = 1


def _label(scope: Scope, name: str, value: Any) -> str:
    named: dict[str, Callable[[], str]] = {
        "category": lambda: f"类别：{value or '未标明'}",
        "unit": lambda: f"承办单位：{cached.units(scope).get(value, value) or '未标明'}",
        "due": lambda: DUE[value],
        "rated": lambda: RATED[value],
        "repeat": lambda: "办结后再次投诉" if value else "非再次投诉",
        "own": lambda: REMAINDER_NAME,
        "cluster": lambda: f"同一问题 {value[:8]}",
        "no_industry": lambda: NO_INDUSTRY_NAME,
        "start": lambda: f"受理日期自 {value:%Y-%m-%d}",
        "end": lambda: f"受理日期至 {value:%Y-%m-%d}",
    }
    return named[name]()
