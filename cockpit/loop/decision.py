"""Decisions on alerts: one is checked, written down, and its outcome kept, all in one transaction."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, ScalarSelect, Select, func, insert, select, update

from cockpit import region_code
from cockpit.contract.codes import ALERT_STAGE, DISPOSITION, FINDING, FOUR_FORM
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit
from cockpit.ledger.tables import account, account_scope, alert_state, decision
from cockpit.loop import limit
from cockpit.loop.state import LOCAL, Action, Alert, AlertState, Decision, base, begun, replay
from cockpit.loop.transition import (
    APPLIED_AS,
    FIELD_LABELS,
    GRADE,
    HANDLER_ROLES,
    TRANSITIONS,
    closed,
    holds,
)
from cockpit.scope import ALL, Role, Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings

NOTE_MAX = 2000
PERSONS_MAX = 100_000
YUAN_MAX = 1e12
FORMED = frozenset({"talk", "case_filed", "sanction", "transfer"})

TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

Yuan = Annotated[float, Field(ge=0, le=YUAN_MAX, allow_inf_nan=False)]


def _cleaned(text: str) -> str | None:
    # Signs that turn the direction of what follows would make a note read as what it does not say.
    if any(
        unicodedata.category(sign) == "Cs"
        or (unicodedata.category(sign) == "Cc" and sign not in "\r\n\t")
        or unicodedata.bidirectional(sign) in TURNING
        for sign in text
    ):
        raise ValueError("control characters")
    return text.strip() or None


class Given(BaseModel):
    """What a person gives for an action; a blank text counts as nothing given.

    Money is yuan, `extension_days` working days. CockpitError names, in one sentence, what will not do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    handler: Annotated[str, Field(max_length=32), AfterValidator(_cleaned)] | None = None
    finding: Literal["substantiated", "partly", "unsubstantiated"] | None = None
    amount: Yuan | None = None
    disposition: (
        Literal["closed", "talk", "rectify", "recover", "case_filed", "sanction", "transfer"] | None
    ) = None
    four_form: Literal["1", "2", "3", "4"] | None = None
    persons: Annotated[int, Field(ge=0, le=PERSONS_MAX)] | None = None
    recovered: Yuan | None = None
    applied_as: Literal["problem_list", "campaign", "rule"] | None = None
    grade: Literal["excellent", "good", "fair", "poor"] | None = None
    extension_days: Annotated[int, Field(ge=1, le=30)] | None = None
    note: Annotated[str, Field(max_length=NOTE_MAX), AfterValidator(_cleaned)] | None = None

    def __init__(self, **values: Any) -> None:
        """Take the values of the fields; CockpitError says which of them will not do."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise CockpitError(SENTENCES.get(name, f"没有“{name}”这一项。")) from None


SENTENCES = {
    "handler": "承办账号的用户名不正确。",
    "finding": f"核查结论须为{'、'.join(FINDING.values())}之一。",
    "amount": "查实金额须为不小于 0 的数（元）。",
    "disposition": f"处置方式须为{'、'.join(label for code, label in DISPOSITION.items() if code != 'clue')}之一；"
    "转问题线索请另行办理。",
    "four_form": f"四种形态须为{'、'.join(FOUR_FORM.values())}之一。",
    "persons": "处理人数须为不小于 0 的整数。",
    "recovered": "追回金额须为不小于 0 的数（元）。",
    "applied_as": f"运用方式须为{'、'.join(APPLIED_AS.values())}之一。",
    "grade": f"考核等次须为{'、'.join(GRADE.values())}之一。",
    "extension_days": "延期须为 1 至 30 个工作日。",
    "note": f"说明至多 {NOTE_MAX} 字，不能含控制字符。",
}


class Superseded(CockpitError):  # noqa: N818
    """Somebody was quicker: the text names who did what and when; `decisions` holds what came since."""

    def __init__(self, text: str, decisions: Sequence[Decision]) -> None:
        """Take the sentence and the decisions since the version acted on, oldest first."""
        super().__init__(text)
        self.decisions = tuple(decisions)


class Closed(CockpitError):  # noqa: N818
    """The action is closed to this person; the text says why."""


def act(
    ledger: Ledger,
    scope: Scope,
    alert: Alert,
    action: Action,
    given: Given,
    *,
    version: int,
    session: str | None = None,
    address: str | None = None,
    settings: Settings | None = None,
) -> AlertState:
    """Decide on an alert seen at a version, and return where it stands then; all is kept or nothing.

    Raises Superseded when somebody decided since that version, Closed (which the audit keeps as `denied`) when the
    action is not open to this person now, CockpitError when what is given will not do.
    """
    try:
        with ledger.write() as connection:
            made, state = _decided(
                connection, scope, alert, action, given, version, settings or process_settings()
            )
            audit.add(
                connection,
                scope.who,
                "act",
                f"alert/{alert.id}",
                detail={
                    "action": action,
                    "version": made.version,
                    "from": made.from_stage,
                    "to": made.to_stage,
                    "handler": state.handler,
                },
                session=session,
                address=address,
            )
            return state
    except Closed as error:
        audit.record(
            ledger,
            scope.who,
            "denied",
            f"alert/{alert.id}",
            detail={"action": action, "reason": str(error)},
            session=session,
            address=address,
        )
        raise


def check(action: Action, given: Given, state: AlertState) -> None:
    """Raise CockpitError when what is given does not fit the action and the state, as far as they tell."""
    transition = TRANSITIONS[action]
    for name, label in FIELD_LABELS.items():
        is_given = getattr(given, name) is not None
        if is_given and name not in transition.needs + transition.takes:
            raise CockpitError(f"“{transition.label}”不需要填写{label}。")
        if not is_given and name in transition.needs:
            raise CockpitError(f"请填写{label}。")
    if action == "assign" and given.handler == state.handler:
        raise CockpitError("该账号已是承办人，请另选账号。")
    if action == "dispose":
        _check_disposition(given, state)


def history(ledger: Ledger, alert_id: str) -> list[Decision]:
    """Return the decisions on one alert, oldest first; [] when none was made here."""
    with ledger.read() as connection:
        return _history(connection, alert_id)


def state_of(ledger: Ledger, alert_id: str) -> AlertState | None:
    """Return where the decisions have brought one alert; None when none was made here."""
    with ledger.read() as connection:
        row = connection.execute(select(alert_state).where(alert_state.c.alert_id == alert_id)).one_or_none()
    return None if row is None else AlertState._make(row)


def latest_seq(ledger: Ledger) -> int:
    """Return the number of the last decision in the ledger; 0 before any."""
    with ledger.read() as connection:
        return connection.execute(select(func.max(decision.c.seq))).scalar() or 0


def states_since(ledger: Ledger, seq: int, *, limit: int | None = None) -> list[AlertState]:
    """Return the states of alerts decided on after a number, in the order of theirs, at most `limit` of them."""
    statement = select(alert_state).where(alert_state.c.seq > seq).order_by(alert_state.c.seq).limit(limit)
    with ledger.read() as connection:
        return [AlertState._make(row) for row in connection.execute(statement)]


def candidates(ledger: Ledger, alert: Alert) -> list[tuple[str, str, Role, str]]:
    """Return username, name, role and region (the one that holds it) of who may be made an alert's handler."""
    statement = _able(alert).order_by(account.c.role, account.c.username)
    with ledger.read() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(statement)]


def _decided(
    connection: Connection,
    scope: Scope,
    alert: Alert,
    action: Action,
    given: Given,
    version: int,
    settings: Settings,
) -> tuple[Decision, AlertState]:
    decisions = _history(connection, alert.id)
    state = replay(decisions) if decisions else begun(alert)
    # Who may not see the alert is not told either what was done to it.
    if holds(scope, alert) and version != state.version:
        raise Superseded(_superseded(connection, decisions[version:]), decisions[version:])
    if reason := closed(action, state, scope, alert):
        raise Closed(reason)
    check(action, given, state)
    if action == "assign":
        _check_handler(connection, alert, given)
    row: dict[str, Any] = {
        "alert_id": alert.id,
        "version": state.version + 1,
        "at": datetime.now(UTC),
        "who": scope.who,
        "role": scope.role,
        "action": action,
        "from_stage": state.stage,
        "to_stage": TRANSITIONS[action].routes[state.stage].to,
        "upstream_stage": alert.stage,
        "upstream_at": alert.stage_at,
        "base": None if decisions else base(alert),
        **given.model_dump(exclude_none=True),
    }
    if action == "refer":
        row["disposition"] = "clue"
    made = Decision(seq=0, **row)
    made = made._replace(due_at=_due_at(state, replay([*decisions, made]), made, alert, settings))
    inserted = insert(decision).values({**row, "due_at": made.due_at}).returning(decision.c.seq)
    made = made._replace(seq=connection.execute(inserted).scalar_one())
    after = replay([*decisions, made])
    if decisions:
        statement = update(alert_state).where(alert_state.c.alert_id == alert.id)
        connection.execute(statement.values(after._asdict()))
    else:
        connection.execute(insert(alert_state).values(after._asdict()))
    return made, after


def _check_handler(connection: Connection, alert: Alert, given: Given) -> None:
    if connection.execute(_able(alert).where(account.c.username == given.handler)).first() is None:
        raise CockpitError(
            "所选账号不能承办这条预警：账号不存在或已停用，角色或权限范围不符，或曾处置过这条预警。"
        )


def _check_disposition(given: Given, state: AlertState) -> None:
    is_refuted = state.finding == "unsubstantiated"
    if is_refuted and given.disposition != "closed":
        raise CockpitError("核查结论为不属实，处置方式只能是予以了结。")
    if is_refuted and (given.persons or given.recovered):
        raise CockpitError("核查结论为不属实，处理人数和追回金额须为 0。")
    if given.disposition in FORMED and given.four_form is None:
        raise CockpitError(f"{DISPOSITION[given.disposition]}须填写四种形态。")
    if given.disposition == "closed" and given.four_form is not None:
        raise CockpitError("予以了结不填写四种形态。")


def _due_at(
    before: AlertState, after: AlertState, made: Decision, alert: Alert, settings: Settings
) -> datetime | None:
    if made.action == "approve_extension" and before.due_at and before.extension_days:
        return limit.later(before.due_at, before.extension_days)
    if made.action in {"assign", "accept"} or made.to_stage != made.from_stage:
        return limit.due_at(settings, alert.alert_level, limit.next_step(after), made.at)
    return before.due_at


def _history(connection: Connection, alert_id: str) -> list[Decision]:
    statement = select(decision).where(decision.c.alert_id == alert_id).order_by(decision.c.version)
    return [Decision._make(row) for row in connection.execute(statement)]


def _able(alert: Alert) -> Select[str, str, Any, str]:
    """Return the query of accounts that may be made the handler: `holds` over the rows of the ledger.

    Few accounts have one of these regions, nearly all have any industry and unit. The query is written so that no
    planner can begin at the wrong end, however old its statistics: regions first, the rest asked of those few.
    """
    regions = [*region_code.ancestors(alert.region_code), alert.region_code]
    near = (
        select(account_scope.c.username, func.max(account_scope.c.value).label("region"))
        .where(account_scope.c.kind == "region", account_scope.c.value.in_(regions))
        .group_by(account_scope.c.username)
        .cte("near")
        .prefix_with("materialized")
    )
    disposers = select(decision.c.who).where(
        decision.c.alert_id == alert.id, decision.c.action.in_(("dispose", "refer"))
    )
    return (
        select(account.c.username, account.c.name, account.c.role, near.c.region)
        .join(near, near.c.username == account.c.username)
        .where(
            account.c.role.in_(HANDLER_ROLES),
            account.c.is_disabled.is_(False),
            _scopes("industry", alert.industry_code) > 0,
            _scopes("unit", alert.unit_id) > 0,
            account.c.username.not_in(disposers),
        )
    )


def _scopes(kind: str, code: str | None) -> ScalarSelect[int]:
    codes = [ALL] if code is None else [ALL, code]
    return (
        select(func.count())
        .where(
            account_scope.c.username == account.c.username,
            account_scope.c.kind == kind,
            account_scope.c.value.in_(codes),
        )
        .scalar_subquery()
    )


def _superseded(connection: Connection, since: Sequence[Decision]) -> str:
    if not since:
        return "这条预警的情况与您看到的不一致，请核对后重新提交。"
    last = since[-1]
    name = connection.execute(select(account.c.name).where(account.c.username == last.who)).scalar()
    who = f"{name}（{last.who}）" if name else last.who
    more = f"等共 {len(since)} 次" if len(since) > 1 else ""
    return (
        f"{who}已于 {last.at.astimezone(LOCAL):%Y-%m-%d %H:%M} 办理“{TRANSITIONS[last.action].label}”{more}，"
        f"这条预警现处“{ALERT_STAGE[last.to_stage]}”环节，请核对后重新提交。"
    )
