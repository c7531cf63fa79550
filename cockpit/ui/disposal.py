"""Disposal: what a person may do with an alert now, as one form that loses no text and asks once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.contract.codes import DISPOSITION, FINDING, FOUR_FORM
from cockpit.error import CockpitError
from cockpit.ledger import open_ledger
from cockpit.loop import decision
from cockpit.loop.decision import NOTE_MAX, PERSONS_MAX, YUAN_MAX, Given
from cockpit.loop.limit import next_step
from cockpit.loop.state import LOCAL, Action, Alert, AlertState
from cockpit.loop.transition import APPLIED_AS, FIELD_LABELS, GRADE, TRANSITIONS, closed
from cockpit.scope import ROLE_LABELS, Scope
from cockpit.settings import settings
from cockpit.ui import cached, people, presence, signin, wording

# Keys of the session: what has been begun by alert, which of it is confirmed, how many are done, what to say.
DRAFTS = "disposal-drafts"
CONFIRMED = "disposal-confirmed"
COUNT = "disposal-count"
DONE = "disposal-done"
# What the free text is about, and a hint of what belongs there.
NOTES: dict[Action, tuple[str, str]] = {
    "assign": ("分办意见", "核查重点和要求"),
    "verify": ("核查事实", "查了什么、查到什么、依据是什么"),
    "dispose": ("处置说明", "处置的对象和依据"),
    "refer": ("线索说明", "反映的主要问题和依据"),
    "apply": ("运用说明", "纳入哪份清单、开展什么治理、修订什么制度"),
    "assess": ("考核意见", "评定的依据"),
    "return": ("退回理由", "哪里不清、需要补充什么"),
    "urge": ("督办要求", "要求做到什么、何时完成"),
    "request_extension": ("延期理由", "不能按期完成的原因"),
    "approve_extension": ("审批意见", "对延期的要求"),
    "refuse_extension": ("不准理由", "不准延期的原因"),
}
UNITS = {"amount": "元", "recovered": "元", "persons": "人", "extension_days": "工作日"}
HINTS = {"disposition": "请选择", "four_form": "谈话、立案、处分、移送须选，予以了结不选"}
CHOICES: dict[str, Mapping[str, str]] = {
    "finding": FINDING,
    "disposition": {code: label for code, label in DISPOSITION.items() if code != "clue"},
    "four_form": FOUR_FORM,
    "applied_as": APPLIED_AS,
    "grade": GRADE,
}
# What the view calls otherwise.
COLUMNS = {"alert_id": "id", "amount": "found_amount"}
SOURCE_COLUMNS = {"stage": "upstream_stage", "stage_at": "upstream_at"}


@dataclass
class Draft:
    """An action begun on an alert as it stood at a version; kept by the session until it is done or dropped."""

    alert_id: str
    action: Action
    version: int
    serial: int
    given: dict[str, Any] = field(default_factory=dict)
    is_asked: bool = False
    problem: str = ""
    # As the page last showed it; None where the whole of it was not shown.
    alert: Alert | None = None

    @property
    def label(self) -> str:
        """The Chinese name of the action."""
        return TRANSITIONS[self.action].label

    @property
    def fields(self) -> tuple[str, ...]:
        """What may be given, in the order in which it is asked for."""
        known = {*TRANSITIONS[self.action].needs, *TRANSITIONS[self.action].takes}
        return tuple(name for name in FIELD_LABELS if name in known)

    def key(self, name: str) -> str:
        """Return the key of a field: the same for every action, so that switching loses no text."""
        return f"act-{self.alert_id}-{self.serial}-{name}"


def state_of(row: "pd.Series[Any]") -> AlertState:
    """Return where an alert stands, from its row of the view; times are local."""
    values = {name: row[COLUMNS.get(name, name)] for name in AlertState._fields if name != "seq"}
    values["version"] = int(values["version"])
    known: dict[str, Any] = {name: None if pd.isna(value) else value for name, value in values.items()}
    return AlertState(seq=0, **known)


def alert_of(row: "pd.Series[Any]") -> Alert:
    """Return an alert as its sources tell of it, from its row of the view."""
    values = {name: row[SOURCE_COLUMNS.get(name, name)] for name in Alert.__slots__}
    known: dict[str, Any] = {name: None if pd.isna(value) else value for name, value in values.items()}
    return Alert(**known)


def draft_of(alert_id: str) -> Draft | None:
    """Return what this session has begun on an alert."""
    drafts: dict[str, Draft] = st.session_state.setdefault(DRAFTS, {})
    return drafts.get(alert_id)


def begin(alert_id: str, action: Action, version: int) -> None:
    """Begin an action, or go over to another one with the text already there."""
    old = draft_of(alert_id)
    serial = old.serial if old else st.session_state.setdefault(COUNT, 0)
    draft = Draft(alert_id, action, old.version if old else version, serial, old.given if old else {})
    # What needs nothing is asked at once.
    draft.is_asked = not draft.fields
    st.session_state[DRAFTS][alert_id] = draft


def drop(alert_id: str) -> None:
    """Forget what was begun on an alert, with its text."""
    st.session_state[DRAFTS].pop(alert_id, None)
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1


def settle(scope: Scope) -> None:
    """Carry out what was confirmed, and run the page again on what it came to; say so once it is done.

    An error stays with the draft, and so does all that was given.
    """
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check_circle:")
    draft = draft_of(st.session_state.pop(CONFIRMED, ""))
    if draft is None:
        return
    draft.is_asked = False
    by = signin.by(scope.who)
    try:
        decision.act(
            open_ledger(settings()),
            scope,
            draft.alert or _read(scope, draft.alert_id),
            draft.action,
            _given(draft),
            version=draft.version,
            session=by["session"],
            address=by["address"],
        )
    except CockpitError as error:
        draft.problem = str(error)
    else:
        drop(draft.alert_id)
        st.session_state[DONE] = f"已{draft.label}：预警 {wording.plain(draft.alert_id)}"
    queries.refresh()
    # The menu and what the page watches for were read before.
    st.rerun()


def _read(scope: Scope, alert_id: str) -> Alert:
    rows = queries.alert_detail(scope, alert_id)
    if rows.empty:
        raise CockpitError("没有这条预警，或已不在您的可见范围内。")
    return alert_of(rows.iloc[0])


def leftovers(shown: Collection[str]) -> None:
    """Say what went wrong with actions on alerts that are shown no longer, until it is read."""
    drafts: dict[str, Draft] = st.session_state.get(DRAFTS, {})
    for draft in [one for one in drafts.values() if one.problem and one.alert_id not in shown]:
        st.error(
            f"预警 {wording.plain(draft.alert_id)}：{wording.plain(draft.problem)}", icon=":material/error:"
        )
        if not draft.fields:
            st.button("知道了", key=f"read-{draft.alert_id}", on_click=drop, args=(draft.alert_id,))


def _given(draft: Draft) -> Given:
    return Given(**{name: draft.given.get(name) for name in draft.fields})


def _submit(draft: Draft, state: AlertState) -> None:
    """Keep what was given, and ask for confirmation unless something of it will not do."""
    draft.given |= {name: st.session_state.get(draft.key(name)) for name in draft.fields}
    draft.problem = ""
    try:
        decision.check(draft.action, _given(draft), state)
    except CockpitError as error:
        draft.problem = str(error)
    draft.is_asked = not draft.problem


def _label(draft: Draft, name: str) -> str:
    return NOTES[draft.action][0] if name == "note" else FIELD_LABELS[name]


def draw(scope: Scope, alert: Alert, state: AlertState) -> None:
    """Draw what the person may do with an alert now, and why the rest is closed."""
    draft = draft_of(alert.id)
    reasons = {action: closed(action, state, scope, alert) for action in TRANSITIONS}
    with st.container(border=True, key="disposal"):
        st.markdown("**办理**")
        # Every part has its place whether it says something or not: fields that move lose what is typed.
        buttons, notice, body, rest = (st.container() for _ in range(4))
        with buttons:
            _buttons(alert, state, [action for action, reason in reasons.items() if reason is None], draft)
        if draft is not None:
            draft.alert = alert
            is_stale = draft.version != state.version
            with notice:
                _notice(draft, state, reasons[draft.action])
            with body:
                if draft.is_asked and not is_stale:
                    confirm(draft)
                else:
                    _form(scope, draft, alert, state, is_shut=reasons[draft.action] is not None)
        with rest:
            _shut({action: reason for action, reason in reasons.items() if reason is not None})


def _buttons(alert: Alert, state: AlertState, actions: list[Action], draft: Draft | None) -> None:
    if not actions:
        st.text("您现在没有可以办理的事项。")
        return
    with st.container(horizontal=True, gap="small"):
        for action in actions:
            st.button(
                TRANSITIONS[action].label,
                key=f"begin-{action}",
                type="primary" if draft is None and action == next_step(state) else "secondary",
                disabled=draft is not None and draft.action == action,
                on_click=begin,
                args=(alert.id, action, state.version),
            )


def _shut(reasons: Mapping[Action, str]) -> None:
    """Say why the rest is closed, once for those closed for the same reason."""
    by_reason: dict[str, list[str]] = {}
    for action, reason in reasons.items():
        label = TRANSITIONS[action].label
        short = reason.replace(f"办理“{label}”", "办理").replace(f"“{label}”只能", "只能")
        by_reason.setdefault(short, []).append(label)
    lines = [f"- {'、'.join(labels)}：{reason}" for reason, labels in by_reason.items()]
    if lines:
        st.caption("现在不能办理的事项\n" + "\n".join(lines))


def _notice(draft: Draft, state: AlertState, reason: str | None) -> None:
    """Say what went wrong, and what others did since the form was opened."""
    if draft.problem:
        st.error(wording.plain(draft.problem), icon=":material/error:")
    if draft.version != state.version:
        since = decision.history(open_ledger(settings()), draft.alert_id)[draft.version :]
        lines = [
            f"- {one.at.astimezone(LOCAL):%Y-%m-%d %H:%M} {wording.plain(people.named(one.who))}"
            f"：{TRANSITIONS[one.action].label}{f'，{wording.plain(one.note)}' if one.note else ''}"
            for one in since
        ]
        st.warning(
            "您打开此表单后，这条预警有了新的办理，您填写的内容仍在下方：\n" + "\n".join(lines),
            icon=":material/update:",
        )
    if reason:
        st.info(f"{reason}可复制下方内容留用，再放弃此表单。", icon=":material/lock:")
    elif draft.version != state.version:
        st.button(
            "已知悉，按最新情况继续",
            key="disposal-catch-up",
            on_click=_catch_up,
            args=(draft, state.version),
        )


def _catch_up(draft: Draft, version: int) -> None:
    draft.version, draft.problem, draft.is_asked = version, "", not draft.fields


def _form(scope: Scope, draft: Draft, alert: Alert, state: AlertState, *, is_shut: bool) -> None:
    presence.watch()
    with st.form(f"act-{alert.id}", enter_to_submit=False, border=False):
        for name in draft.fields:
            _field(scope, draft, alert, name)
        with st.container(horizontal=True):
            st.form_submit_button(
                f"提交{draft.label}",
                key="disposal-submit",
                type="primary",
                disabled=is_shut,
                on_click=_submit,
                args=(draft, state),
            )
            st.form_submit_button("放弃填写", key="disposal-drop", on_click=drop, args=(alert.id,))


def _field(scope: Scope, draft: Draft, alert: Alert, name: str) -> None:
    key = draft.key(name)
    # What was sent is forgotten by a run that draws no form; the draft has it.
    if key not in st.session_state and draft.given.get(name) is not None:
        st.session_state[key] = draft.given[name]
    is_needed = name in TRANSITIONS[draft.action].needs
    remarks = [*([UNITS[name]] if name in UNITS else []), *([] if is_needed else ["选填"])]
    label = _label(draft, name) + (f"（{'，'.join(remarks)}）" if remarks else "")
    if name == "note":
        st.text_area(
            label,
            key=key,
            max_chars=NOTE_MAX,
            height=130,
            placeholder=NOTES[draft.action][1],
        )
    elif name == "handler":
        names = _candidates(scope, alert)
        if st.session_state.get(key) not in names:
            st.session_state[key] = None
        st.selectbox(
            label,
            list(names),
            index=None,
            key=key,
            format_func=lambda username: names.get(username, username),
            placeholder="输入名称、角色或地点查找" if names else "没有可以承办的账号",
        )
    elif name in CHOICES:
        codes, words = list(CHOICES[name]), CHOICES[name].__getitem__
        if name in HINTS:
            st.selectbox(label, codes, index=None, key=key, format_func=words, placeholder=HINTS[name])
        else:
            st.radio(label, codes, index=None, key=key, format_func=words, horizontal=True)
    elif name in ("persons", "extension_days"):
        low, high = (0, PERSONS_MAX) if name == "persons" else (1, 30)
        st.number_input(label, low, high, value=None, step=1, key=key)
    else:
        st.number_input(label, 0.0, YUAN_MAX, value=None, step=100.0, format="%.2f", key=key)


def _candidates(scope: Scope, alert: Alert) -> dict[str, str]:
    """Return by user name who may be made the handler: name, role and the place of their scope."""
    places = cached.path(scope, alert.region_code)
    return {
        username: f"{name} · {ROLE_LABELS[role]} · {places.get(region, region)}（{username}）"
        for username, name, role, region in decision.candidates(open_ledger(settings()), alert)
    }


def confirm(draft: Draft) -> None:
    """Ask once, in the words of what was given."""
    with st.container(border=True, key=f"confirm-{draft.alert_id}"):
        st.markdown(f"**确认{draft.label}？** 确认后记入台账，不能修改。")
        for name in draft.fields:
            value = draft.given.get(name)
            if value is not None and value != "":
                st.text(f"{_label(draft, name)}：{_said(name, value)}")
        with st.container(horizontal=True):
            st.button(
                f"确认{draft.label}",
                key=f"disposal-confirm-{draft.alert_id}",
                type="primary",
                on_click=_confirm,
                args=(draft.alert_id,),
            )
            if draft.fields:
                st.button("返回修改", key="disposal-back", on_click=_back, args=(draft,))
            else:
                st.button(
                    "取消", key=f"disposal-drop-{draft.alert_id}", on_click=drop, args=(draft.alert_id,)
                )


def _confirm(alert_id: str) -> None:
    st.session_state[CONFIRMED] = alert_id


def _back(draft: Draft) -> None:
    draft.is_asked = False


def _said(name: str, value: Any) -> str:
    if name == "handler":
        return people.named(value)
    if name in CHOICES:
        return CHOICES[name].get(value, value)
    return f"{wording.exact(value)} {UNITS[name]}" if name in UNITS else str(value)
