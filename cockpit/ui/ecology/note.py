"""Beside a rating: its vetoes, caps and appeals, and the forms of those who may decide, appeal or answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import RATING_NOTE_KIND
from cockpit.error import CockpitError
from cockpit.ledger import open_ledger, rating_note
from cockpit.ledger.rating_note import ACTION_LABELS, FOLLOWS, RECORD_LENGTH_MAX, WHO, Action
from cockpit.queries.filters import add_months
from cockpit.queries.rating import Target
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import presence, signin, wording
from cockpit.ui.ecology import kept, report

SAID = "ecology-note-said"
MONTHS = (3, 6, 12, 24)
HELP: dict[Action, str] = {
    "veto": "瞒报红色预警、造假、打击报复等，从本月评级起封顶，到有效期止；不改已公布的等级。",
    "cap": "从本月评级起限制最高等级，到有效期止；不改已公布的等级。",
    "lift": "撤销后，从本月评级起不再限制；原决定留存。",
    "appeal": "写明指标、月份和依据。由委领导答复，答复人不能是申诉人。",
    "uphold": "写明如何纠正。申诉成立后，源数据由报送单位更正，否决或限制另行撤销。",
    "refuse": "写明理由。",
}


def draw(scope: Scope, row: Mapping[Any, Any]) -> None:
    """Draw what stands beside the rating of a row's place or unit, and what this person may do about it."""
    target = kept.target(row)
    notes = kept.notes(scope, row)
    with st.container(border=True, key="ecology-notes"):
        st.markdown(
            "**否决、限制与申诉**",
            help="与得分分开列示：有依据、决定人和有效期，过期自动失效；在此作出的决定从下一次评级起生效。",
        )
        if said := st.session_state.pop(SAID, None):
            st.success(wording.plain(said), icon=":material/check_circle:")
        if len(notes):
            st.dataframe(report.notes_table(notes), hide_index=True, height="content", alt="否决、限制与申诉")
        else:
            st.caption("没有否决、限制或申诉。")
        _forms(scope, target, notes[notes["number"] > 0])


def _forms(scope: Scope, target: Target, standing: pd.DataFrame) -> None:
    """Draw one popover an action that the role may take."""
    open_notes = rating_note.notes(open_ledger(settings()), scope, target)
    presence.watch()
    with st.container(horizontal=True):
        for action in rating_note.ACTIONS:
            if scope.role not in WHO[action]:
                continue
            ends = standing[standing["kind"].isin(FOLLOWS.get(action, ()))]
            if action in FOLLOWS and ends.empty:
                continue
            reason = rating_note.closed(scope, target, action, open_notes)
            if reason:
                st.caption(f"{ACTION_LABELS[action]}：{reason}")
                continue
            with st.popover(ACTION_LABELS[action], icon=":material/edit_note:", key=f"note-{action}"):
                _form(scope, target, action, ends)


def _form(scope: Scope, target: Target, action: Action, ends: pd.DataFrame) -> None:
    """Draw the form of an action; its text stays when it is refused."""
    st.caption(HELP[action])
    with st.form(f"note-form-{action}-{target.unit_id or target.region_code}", border=False):
        words = dict(
            zip(ends["number"], ends["kind"].map(RATING_NOTE_KIND) + "：" + ends["record"], strict=True)
        )
        follows = (
            st.selectbox("针对", list(words), format_func=lambda number: str(words[number])[:60])
            if action in FOLLOWS
            else None
        )
        record = st.text_area(
            "依据" if action in ("veto", "cap") else "理由",
            max_chars=RECORD_LENGTH_MAX,
            placeholder="请勿填写个人信息",
        )
        expires_on: date | None = None
        if action in ("veto", "cap"):
            months = st.selectbox("有效期", list(MONTHS), index=2, format_func=lambda count: f"{count} 个月")
            expires_on = add_months(datetime.now(rating_note.LOCAL).date(), months)
        if not st.form_submit_button(f"确认{ACTION_LABELS[action]}", type="primary"):
            return
    try:
        rating_note.add(
            open_ledger(settings()),
            scope,
            target,
            action,
            record,
            expires_on=expires_on,
            follows=follows,
            **signin.by(scope.who),
        )
    except CockpitError as error:
        st.error(wording.plain(str(error)), icon=":material/error:")
        return
    st.session_state[SAID] = f"已登记：{ACTION_LABELS[action]}。"
    st.rerun()
