"""Tasks as cards: what is due, how near it is, accepted on the spot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.loop.state import LOCAL
from cockpit.loop.transition import TRANSITIONS
from cockpit.scope import Scope
from cockpit.ui import cached, detail, disposal, frame, people, wording

COLUMN_WIDTH_MIN = 420
FLAGS = {
    "is_urged": ("▮ 督办", "violet"),
    "is_stuck": ("◆ 滞留", "orange"),
    "has_conflict": ("≠ 与上游不一致", "orange"),
}


def due_words(due_at: datetime | None, now: datetime, *, is_overdue: bool) -> tuple[str, str]:
    """Say how near a due date is, and in which colour: overdue by so many days, today, this week, later, none."""
    if due_at is None:
        return "无期限", "gray"
    days = (due_at.date() - now.date()).days
    if is_overdue:
        return (f"● 超期 {-days} 天" if days < 0 else "● 超期"), "red"
    if days <= 0:
        return "今日到期", "orange"
    if due_at.date() <= now.date() + timedelta(6 - now.weekday()):
        return f"本周到期（还有 {days} 天）", "blue"
    return f"还有 {days} 天", "gray"


def cards(scope: Scope, rows: pd.DataFrame) -> None:
    """Draw tasks, rows of `queries.tasks`, as cards in their order, two beside each other where there is room."""
    now = datetime.now(LOCAL).replace(tzinfo=None)
    rows = rows.assign(region_name=cached.below_root(scope, rows["region_name"]))
    with st.grid(2, min_column_width=COLUMN_WIDTH_MIN):
        for row in rows.to_dict("records"):
            _card(scope.who, row, now)


def _card(who: str, row: Mapping[Any, Any], now: datetime) -> None:
    name, task, level = str(row["id"]), row["task"], row["alert_level"]
    due_at = None if row["due_at"] is None or row["due_at"] != row["due_at"] else row["due_at"]
    with st.container(border=True, height="stretch", gap="xsmall"):
        words, colour = due_words(due_at, now, is_overdue=bool(row["is_overdue"]))
        detail.marks(
            [
                (TRANSITIONS[task].label, "primary"),
                (wording.alert_level(level), wording.LEVEL_BADGES[level]),
                (words, colour),
                *(mark for flag, mark in FLAGS.items() if row[flag]),
            ]
        )
        frame.link("alert", wording.plain(row["title"] or f"预警 {name}"), id=name)
        is_others = isinstance(row["handler"], str) and row["handler"] not in ("", who)
        handler = f" · 承办 {people.named(row['handler'])}" if is_others else ""
        st.caption(wording.plain(f"{row['region_name']} · 期限 {wording.moment(due_at)}{handler}"))
        if task == "accept":
            _accept(name, int(row["version"]))


def _accept(name: str, version: int) -> None:
    draft = disposal.draft_of(name)
    if draft is not None and draft.problem:
        st.error(wording.plain(draft.problem), icon=":material/error:")
    if draft is not None and draft.is_asked:
        disposal.confirm(draft)
    else:
        st.button(
            "接单",
            key=f"accept-{name}",
            type="primary",
            icon=":material/assignment_turned_in:",
            on_click=_begin,
            args=(name, version),
        )


def _begin(name: str, version: int) -> None:
    disposal.begin(name, "accept", version)
    draft = disposal.draft_of(name)
    if draft is not None:
        # The card shows how the alert stands now: what was superseded before does not stay so for good.
        draft.version = version
