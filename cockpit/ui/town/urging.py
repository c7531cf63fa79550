"""Urging (督办): all overdue alerts of one station at once; the note asked once, then a confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.error import CockpitError
from cockpit.ledger import open_ledger
from cockpit.loop.decision import NOTE_MAX, Given
from cockpit.loop.transition import URGED_BY, closed
from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, disposal, frame, people, presence, signin, wording
from cockpit.ui.batch import PICKS_MAX, Outcome, act_on_each

# The parameter of the address that names the village, and the session's keys.
PLACE = "urge"
KEY, NOTE = "urging", "urging-note"


@dataclass
class Urging:
    """What is about to be urged: where, with which words, the version of each alert as it was seen."""

    village: str
    note: str = ""
    picks: Mapping[str, int] | None = None
    is_confirmed: bool = False
    problem: str = ""
    outcome: Outcome | None = None


@cached.by_scope
def overdue(scope: Scope, village: str) -> pd.DataFrame:
    """Return the open alerts of a village that are past their limit, the earliest due first, at most PICKS_MAX."""
    return queries.alert_list(
        scope, Filters(region=village), state="overdue", sort="due_at", descending=False, rows=PICKS_MAX
    ).frame


@cached.by_scope
def picked(scope: Scope, ids: tuple[str, ...]) -> pd.DataFrame:
    """Return what a decision on some alerts begins from."""
    return queries.alerts_picked(scope, ids)


def may(scope: Scope) -> bool:
    """Tell whether a person's role may urge at all."""
    return scope.sees_cases and scope.role in URGED_BY


def begin(village: str | None) -> None:
    """Show what may be urged in a village on the next run, or (None) nothing; for callbacks."""
    if village is None:
        st.query_params.pop(PLACE, None)
    else:
        st.query_params[PLACE] = village
        # On a telephone the table fills the screen.
        st.toast("超期的预警已列在看板上方。", icon=":material/arrow_upward:")
    st.session_state.pop(KEY, None)


def settle(scope: Scope) -> None:
    """Carry out what was confirmed, and run the page again on what it came to."""
    mine: Urging | None = st.session_state.get(KEY)
    if mine is None or not mine.is_confirmed or mine.picks is None:
        return
    picks, mine.picks, mine.is_confirmed = mine.picks, None, False
    outcome = mine.outcome = Outcome()
    try:
        rows = queries.alerts_picked(scope, list(picks))
        by = signin.by(scope.who)
        act_on_each(open_ledger(settings()), scope, rows, picks, "urge", Given(note=mine.note), outcome, by)
    except CockpitError as error:
        mine.problem = str(error)
    if not outcome.failed and not mine.problem:
        mine.note = ""
        st.session_state.pop(NOTE, None)
    queries.refresh()
    st.rerun()


def draw(scope: Scope) -> None:
    """Draw the overdue alerts of the village in the address, and the form that urges them; nothing without one."""
    village = st.query_params.get(PLACE, "")
    if not village or not may(scope):
        return
    names = cached.path(scope, village) if scope.holds_region(village) else {}
    mine: Urging = st.session_state.setdefault(KEY, Urging(village))
    if mine.village != village:
        mine = st.session_state[KEY] = Urging(village)
    with st.container(border=True, key="urging"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**督办：{wording.plain(''.join(list(names.values())[-2:]))}**", width="stretch")
            st.button(
                "收起",
                key="urging-close",
                icon=":material/close:",
                type="tertiary",
                on_click=begin,
                args=(None,),
            )
        _said(mine)
        rows = overdue(scope, village) if names else pd.DataFrame()
        if rows.empty:
            st.caption("没有超期未处置的预警。")
            return
        open_, shut = _judged(scope, picked(scope, tuple(sorted(rows["id"]))))
        _listed(rows, shut)
        if not open_:
            st.caption("其中没有可以由您督办的预警。")
        elif mine.picks is not None:
            _confirm(mine)
        else:
            _form(mine, open_)


def _judged(scope: Scope, rows: pd.DataFrame) -> tuple[dict[str, int], dict[str, str]]:
    """Return the versions of alerts that may be urged, and why others may not."""
    versions, shut = {}, {}
    for _, row in rows.iterrows():
        name, state = str(row["id"]), disposal.state_of(row)
        reason = closed("urge", state, scope, disposal.alert_of(row))
        if reason is None:
            versions[name] = state.version
        else:
            shut[name] = reason
    return versions, shut


def _listed(rows: pd.DataFrame, shut: Mapping[str, str]) -> None:
    for row in rows.to_dict("records"):
        name = str(row["id"])
        with st.container(gap="xsmall"):
            frame.link("alert", wording.plain(row["title"] or f"预警 {name}"), id=name)
            parts = [
                wording.alert_level(row["alert_level"]),
                f"期限 {wording.day(row['due_at'])}",
                f"承办 {people.named(row['handler'])}",
                *(["▮ 已督办过"] if row["is_urged"] else []),
                *([shut[name]] if name in shut else []),
            ]
            st.caption(wording.plain(" · ".join(parts)))


def _said(mine: Urging) -> None:
    if mine.problem:
        st.error(wording.plain(mine.problem), icon=":material/error:")
    if mine.outcome is None:
        return
    if mine.outcome.done:
        st.success(
            f"已督办 {len(mine.outcome.done)} 条，承办人会在待办中看到。", icon=":material/check_circle:"
        )
    if mine.outcome.failed:
        lines = [
            f"- {wording.plain(name)}：{wording.plain(reason)}"
            for name, reason in mine.outcome.failed.items()
        ]
        st.error(f"{len(mine.outcome.failed)} 条没有督办：\n" + "\n".join(lines), icon=":material/error:")


def _form(mine: Urging, versions: Mapping[str, int]) -> None:
    if NOTE not in st.session_state:
        st.session_state[NOTE] = mine.note
    presence.watch()
    with st.form("urging-form", enter_to_submit=False, border=False):
        st.text_area(
            "督办要求", key=NOTE, max_chars=NOTE_MAX, height=90, placeholder="要求做到什么、何时完成"
        )
        st.form_submit_button(
            f"督办 {len(versions)} 条",
            key="urging-submit",
            type="primary",
            on_click=_submit,
            args=(mine, dict(versions)),
        )


def _submit(mine: Urging, versions: Mapping[str, int]) -> None:
    mine.note = (st.session_state.get(NOTE) or "").strip()
    mine.problem, mine.outcome = ("" if mine.note else "请填写督办要求。"), None
    mine.picks = versions if mine.note else None


def _confirm(mine: Urging) -> None:
    """Ask once for all of them."""
    count = len(mine.picks or ())
    with st.container(border=True, key="urging-confirm-box"):
        st.markdown(f"**确认督办 {count} 条预警？** 确认后逐条记入台账，不能修改。")
        st.text(f"督办要求：{mine.note}")
        with st.container(horizontal=True):
            st.button(
                f"确认督办 {count} 条", key="urging-confirm", type="primary", on_click=_go, args=(mine,)
            )
            st.button("返回修改", key="urging-back", on_click=_return, args=(mine,))


def _go(mine: Urging) -> None:
    mine.is_confirmed = True


def _return(mine: Urging) -> None:
    mine.picks = None
