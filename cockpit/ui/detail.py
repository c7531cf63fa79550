"""Details: one record under scope, recorded when looked at, with its facts and its stages in time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.scope import Scope
from cockpit.ui import frame, trail, wording


def find(scope: Scope, kind: str, read: Callable[[Scope, str], pd.DataFrame]) -> "pd.Series[Any] | None":
    """Return the record the address names, or say why there is none; the look is recorded once a session.

    A record outside the scope and one that does not exist are told apart for nobody.
    """
    name = st.query_params.get("id", "")
    if not name:
        st.info("请从清单中选择一条记录。", icon=":material/info:")
        return None
    rows = read(scope, name)
    # With the outcome: what was refused may be seen later, under another snapshot.
    trail.record_once(scope, "view" if len(rows) else "denied", f"{kind}/{name}")
    if rows.empty:
        st.warning("没有这条记录，或不在您的可见范围内。", icon=":material/lock:")
        return None
    return rows.iloc[0]


def back(slug: str) -> None:
    """Draw the way back to the list as it was left, or to the page of tasks where a person came from there."""
    left = st.session_state.get(frame.BACK)
    list_slug = left if left in frame.STARTS else slug
    title = st.session_state[frame.PAGES][list_slug].title
    if st.button(f"返回{title}", icon=":material/arrow_back:", type="tertiary"):
        frame.go(list_slug, **st.session_state.get(f"{list_slug}-address", {}))


def marks(items: Sequence[tuple[str, str]]) -> None:
    """Draw badges in a row: words and a colour each; one message to the browser for all."""
    st.markdown(" ".join(f":{colour}-badge[{words}]" for words, colour in items))


def facts(title: str, values: Mapping[str, Any]) -> None:
    """Draw a record's fields in two columns; missing ones as a dash."""
    with st.container(border=True):
        st.markdown(f"**{title}**")
        with st.grid(2, min_column_width=130):
            for label, value in values.items():
                with st.container(gap="xsmall"):
                    st.caption(label)
                    st.text(wording.NOTHING if value is None or pd.isna(value) else str(value))


def text(title: str, body: str | None) -> None:
    """Draw free text as text, whatever it holds."""
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.text(body or wording.NOTHING)


def timeline(
    title: str, stages: Mapping[str, str], events: pd.DataFrame, *, start: pd.Timestamp, current: str
) -> None:
    """Draw every stage in order with its events, days since the start, and what has not been reached.

    `events` has `stage, at, unit_name, note`; a stage may come several times (returned) or never.
    """
    with st.container(border=True):
        st.markdown(f"**{title}**")
        order = list(stages)
        for index, (code, label) in enumerate(stages.items()):
            here = events[events["stage"] == code]
            is_reached = not here.empty or index <= order.index(current)
            mark = ":material/radio_button_checked:" if code == current else ":material/check_circle:"
            st.markdown(f"{mark if is_reached else ':material/radio_button_unchecked:'} **{label}**")
            if here.empty:
                st.caption(wording.moment(start) if not index else "未记录时间" if is_reached else "尚未到达")
            for event in here.to_dict("records"):
                days = (event["at"] - start).total_seconds() / 86_400
                unit = "" if pd.isna(event["unit_name"]) else f" · {wording.plain(event['unit_name'])}"
                st.caption(f"{wording.moment(event['at'])} · 第 {days:.1f} 天{unit}")
                for line in event.get("lines") or ([] if pd.isna(event["note"]) else [event["note"]]):
                    st.text(line)


@dataclass(frozen=True)
class Step:
    """One thing done: what, when (local), where it was recorded, by whom, and what was said of it."""

    title: str
    at: pd.Timestamp
    origin: str
    who: object
    lines: Sequence[str]


def history(
    title: str, steps: Sequence[Step], stages: Mapping[str, str], *, start: pd.Timestamp, current: str
) -> None:
    """Draw what was done from all sides in order of time, each with its origin, then the stages to come."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{title}**")
        for step in steps:
            days = (step.at - start).total_seconds() / 86_400
            colour = "blue" if step.origin == "本系统" else "gray"
            st.markdown(f":material/check_circle: **{step.title}** :{colour}-badge[{step.origin}]")
            who = wording.plain(step.who) if isinstance(step.who, str) else ""
            st.caption(
                " · ".join(part for part in (wording.moment(step.at), f"第 {days:.1f} 天", who) if part)
            )
            for line in step.lines:
                st.text(line)
        left = list(stages.values())[list(stages).index(current) + 1 :]
        st.caption(f"尚未到达：{' → '.join(left)}" if left else "各环节均已完成")
