"""Batch assigning: several alerts of the list to one handler, asked once, each under the version it was picked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.contract.codes import ALERT_STAGE
from cockpit.error import CockpitError
from cockpit.ledger import open_ledger
from cockpit.loop import decision
from cockpit.loop.decision import NOTE_MAX, Given
from cockpit.loop.transition import ASSIGN, closed
from cockpit.scope import ROLE_LABELS, Scope
from cockpit.settings import settings
from cockpit.ui import cached, disposal, people, presence, signin, wording
from cockpit.ui.batch import PICKS_MAX, Outcome, act_on_each

KEY, ON = "assigning", "assigning-on"
HANDLER, NOTE = "assigning-handler", "assigning-note"


@dataclass
class Batch:
    """What a person has picked: the version by alert, and what is to be done with them; kept by the session."""

    picks: dict[str, int] = field(default_factory=dict)
    # Tables are drawn anew when what is picked changes other than on them.
    serial: int = 0
    handler: str | None = None
    note: str | None = None
    is_asked: bool = False
    is_confirmed: bool = False
    problem: str = ""
    outcome: Outcome | None = None
    # To whom the last batch went.
    assigned_to: str = ""


def may(scope: Scope) -> bool:
    """Tell whether a person's role may assign alerts at all."""
    return scope.sees_cases and scope.role in ASSIGN.roles


def batch() -> Batch:
    """Return the batch of this session."""
    kept: Batch = st.session_state.setdefault(KEY, Batch())
    return kept


def switch(scope: Scope) -> bool:
    """Draw the switch between opening a row and picking rows for those who may assign; tell whether it is on."""
    if not may(scope):
        return False
    # A page that is left forgets its fields.
    if ON not in st.session_state:
        st.session_state[ON] = bool(batch().picks)
    return st.toggle("批量分办", key=ON)


def table(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the arguments of a table whose rows are picked; they name the alerts and versions shown."""
    shown = tuple(zip(rows["id"].astype(str), rows["version"].astype(int), strict=True))
    key = f"assigning-{batch().serial}-{hash(tuple(name for name, _ in shown))}"
    picked = [place for place, (name, _) in enumerate(shown) if name in batch().picks]
    default = st.session_state.setdefault(f"{key}-from", {"selection": {"rows": picked}})

    def pick() -> None:
        chosen = set(st.session_state[key].selection.rows)
        mine = batch()
        mine.is_asked, mine.outcome = False, None
        for place, (name, version) in enumerate(shown):
            if place not in chosen:
                mine.picks.pop(name, None)
            else:
                mine.picks.setdefault(name, version)

    return {"key": key, "on_select": pick, "selection_mode": "multi-row", "selection_default": default}


def settle(scope: Scope) -> None:
    """Carry out a batch that was confirmed, and run the page again on what it came to."""
    mine = batch()
    if not mine.is_confirmed:
        return
    mine.is_confirmed, is_asked, mine.is_asked = False, mine.is_asked, False
    if not is_asked or not mine.picks or not mine.handler:
        return
    outcome = mine.outcome = Outcome()
    mine.problem, mine.assigned_to = "", mine.handler
    try:
        rows = queries.alerts_picked(scope, list(mine.picks))
        given = Given(handler=mine.handler, note=mine.note)
        by = signin.by(scope.who)
        act_on_each(open_ledger(settings()), scope, rows, mine.picks, "assign", given, outcome, by)
    except CockpitError as error:
        mine.problem = str(error)
    finally:
        # Those that were not assigned stay picked, and what was written for them.
        mine.picks = {name: seen for name, seen in mine.picks.items() if name not in outcome.done}
        mine.serial += 1
        if not mine.picks:
            mine.note = mine.handler = None
    queries.refresh()
    st.rerun()


@cached.by_scope
def _rows(scope: Scope, ids: tuple[str, ...]) -> pd.DataFrame:
    return queries.alerts_picked(scope, ids)


def draw(scope: Scope) -> None:
    """Draw what is picked, what of it cannot be assigned and why, and the form; and what the last batch came to."""
    mine = batch()
    with st.container(border=True, key="assigning-panel"):
        st.markdown(f"**批量分办** · 已选 **{len(mine.picks)}** 条（翻页保留，一次至多 {PICKS_MAX} 条）")
        # Each part has its place, so that fields do not move when something is said above them.
        said, listed, body = (st.container() for _ in range(3))
        with said:
            _said(mine)
        if not mine.picks:
            st.caption("在下表勾选要分办的预警，一次分办给同一承办人；关闭“批量分办”后，点选一行查看详情。")
            return
        rows = _rows(scope, tuple(sorted(mine.picks)))
        shut, changed = _judged(scope, rows, mine)
        with listed:
            _listed(mine, rows, shut, changed)
        with body:
            is_open = not shut and not changed and len(mine.picks) <= PICKS_MAX
            if len(mine.picks) > PICKS_MAX:
                st.warning(f"一次至多分办 {PICKS_MAX} 条，请减少勾选。", icon=":material/warning:")
            if mine.is_asked and is_open:
                _confirm(mine)
            else:
                _form(scope, mine, is_open=is_open)


def _said(mine: Batch) -> None:
    if mine.problem:
        st.error(wording.plain(mine.problem), icon=":material/error:")
    outcome = mine.outcome
    if outcome is None:
        return
    if outcome.done:
        st.success(
            f"已分办 {len(outcome.done)} 条给{wording.plain(people.named(mine.assigned_to))}。",
            icon=":material/check_circle:",
        )
    if outcome.failed:
        lines = [
            f"- {wording.plain(name)}：{wording.plain(reason)}" for name, reason in outcome.failed.items()
        ]
        st.error(
            f"{len(outcome.failed)} 条没有分办，仍在所选之中：\n" + "\n".join(lines), icon=":material/error:"
        )


def _judged(scope: Scope, rows: pd.DataFrame, mine: Batch) -> tuple[dict[str, str], dict[str, int]]:
    """Return why alerts picked cannot be assigned, and the versions of those decided on since they were picked."""
    shut = dict.fromkeys(mine.picks, "已不在您的可见范围内。")
    changed: dict[str, int] = {}
    for _, row in rows.iterrows():
        name, state = str(row["id"]), disposal.state_of(row)
        reason = closed("assign", state, scope, disposal.alert_of(row))
        if reason is None:
            del shut[name]
        else:
            shut[name] = reason
        if reason is None and state.version != mine.picks[name]:
            changed[name] = state.version
    return shut, changed


def _listed(mine: Batch, rows: pd.DataFrame, shut: Mapping[str, str], changed: Mapping[str, int]) -> None:
    by_id = rows.set_index("id")
    lines = []
    for name in mine.picks:
        is_known = name in by_id.index
        lines.append(
            {
                "编号": name,
                "预警内容": by_id.loc[name, "title"] if is_known else wording.NOTHING,
                "环节": ALERT_STAGE.get(str(by_id.loc[name, "stage"])) if is_known else wording.NOTHING,
                "现承办人": people.named(by_id.loc[name, "handler"]) if is_known else wording.NOTHING,
                "能否分办": shut.get(name) or ("勾选后有新的办理" if name in changed else "可以分办"),
            }
        )
    shown = pd.DataFrame(lines).map(lambda text: wording.plain(str(text)))
    st.table(shown, hide_index=True, height="content" if len(lines) <= 6 else 250, alt="已选的预警")
    with st.container(horizontal=True):
        if shut:
            st.button(
                f"去掉不能分办的 {len(shut)} 条",
                key="assigning-drop",
                on_click=_drop,
                args=(mine, tuple(shut)),
            )
        if changed:
            st.button(
                f"已知悉 {len(changed)} 条的新办理，按最新情况继续",
                key="assigning-catch-up",
                on_click=_catch_up,
                args=(mine, changed),
            )
        st.button("清空所选", key="assigning-clear", on_click=_drop, args=(mine, tuple(mine.picks)))


def _drop(mine: Batch, names: Sequence[str]) -> None:
    mine.picks = {name: version for name, version in mine.picks.items() if name not in names}
    mine.is_asked, mine.outcome, mine.problem = False, None, ""
    mine.serial += 1


def _catch_up(mine: Batch, versions: Mapping[str, int]) -> None:
    mine.picks |= versions
    # What was asked before the news is not answered by it.
    mine.is_asked, mine.outcome, mine.problem = False, None, ""


@cached.by_scope
def _candidates(scope: Scope, ids: tuple[str, ...]) -> dict[str, str]:
    """Return by user name who may be made the handler of all of some alerts; {} where nobody may."""
    ledger, able = open_ledger(settings()), None
    for _, row in _rows(scope, ids).iterrows():
        alert = disposal.alert_of(row)
        found = {
            username: f"{name} · {ROLE_LABELS[role]}（{username}）"
            for username, name, role, _region in decision.candidates(ledger, alert)
        }
        able = found if able is None else {name: able[name] for name in able if name in found}
    return able or {}


def _form(scope: Scope, mine: Batch, *, is_open: bool) -> None:
    # Accounts change without a decision: who can no longer take an alert is refused when it is assigned.
    names = _candidates(scope, tuple(sorted(mine.picks))) if len(mine.picks) <= PICKS_MAX else {}
    for key, kept in ((HANDLER, mine.handler), (NOTE, mine.note)):
        if key not in st.session_state:
            st.session_state[key] = kept
    if st.session_state[HANDLER] not in names:
        st.session_state[HANDLER] = None
    presence.watch()
    with st.form("assigning-form", enter_to_submit=False, border=False):
        st.selectbox(
            "分办给",
            list(names),
            index=None,
            key=HANDLER,
            format_func=lambda username: names.get(username, username),
            placeholder="输入名称、角色查找" if names else "没有能承办全部所选预警的账号，请分批",
        )
        st.text_area(
            "分办意见（选填）", key=NOTE, max_chars=NOTE_MAX, height=90, placeholder="核查重点和要求"
        )
        st.form_submit_button(
            f"分办 {len(mine.picks)} 条",
            key="assigning-submit",
            type="primary",
            disabled=not is_open or not names,
            on_click=_submit,
            args=(mine,),
        )


def _submit(mine: Batch) -> None:
    mine.handler, mine.note = st.session_state.get(HANDLER), st.session_state.get(NOTE)
    mine.problem, mine.outcome = "", None
    try:
        if not mine.handler:
            raise CockpitError("请选择承办人。")
        Given(handler=mine.handler, note=mine.note)
    except CockpitError as error:
        mine.problem = str(error)
    mine.is_asked = not mine.problem


def _confirm(mine: Batch) -> None:
    """Ask once for all of them."""
    with st.container(border=True, key="assigning-confirm-box"):
        st.markdown(f"**确认将 {len(mine.picks)} 条预警分办？** 确认后逐条记入台账，不能修改。")
        st.text(f"承办人：{people.named(mine.handler)}")
        if mine.note:
            st.text(f"分办意见：{mine.note}")
        with st.container(horizontal=True):
            st.button(
                f"确认分办 {len(mine.picks)} 条",
                key="assigning-confirm",
                type="primary",
                on_click=_go,
                args=(mine,),
            )
            st.button("返回修改", key="assigning-back", on_click=_return, args=(mine,))


def _go(mine: Batch) -> None:
    mine.is_confirmed = True


def _return(mine: Batch) -> None:
    mine.is_asked = False
