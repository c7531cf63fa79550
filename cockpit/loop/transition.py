"""The loop as one table: each action, from which stage to which, open to whom, what it needs, whose task it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cockpit import region_code
from cockpit.contract.codes import ALERT_STAGE, RECTIFICATION_KIND
from cockpit.loop.state import Action, Alert, AlertState, Stage
from cockpit.scope import ALL, ROLE_LABELS, Role, Scope

Party = Literal["verifier", "disposer", "handler", "requester"]

HANDLER_ROLES: tuple[Role, ...] = ("room", "team", "station")
APPLIED_AS = RECTIFICATION_KIND
GRADE = {"excellent": "优", "good": "良", "fair": "中", "poor": "差"}
FIELD_LABELS = {
    "handler": "承办账号",
    "finding": "核查结论",
    "amount": "查实金额",
    "disposition": "处置方式",
    "four_form": "四种形态",
    "persons": "处理人数",
    "recovered": "追回金额",
    "applied_as": "运用方式",
    "grade": "考核等次",
    "extension_days": "延期工作日",
    "note": "说明",
}


@dataclass(frozen=True)
class Condition:
    """What must hold of the state besides its stage: in English, whether it does, what a person reads if not."""

    text: str
    holds: Callable[[AlertState], bool]
    reason: str


@dataclass(frozen=True)
class Route:
    """One way of an action: to which stage, and for whom, always within the scope.

    Open to the handler where `is_handlers`, and to `roles` except to those of them who are `apart_from` it.
    """

    to: Stage
    roles: tuple[Role, ...] = ()
    is_handlers: bool = False
    apart_from: tuple[Party, ...] = ()
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Duty:
    """For whom an open action is a task, and when; `text` says the latter in English."""

    roles: tuple[Role, ...] = ()
    is_handlers: bool = False
    text: str = ""
    when: Callable[[AlertState, str, datetime], bool] = lambda _state, _level, _now: True


@dataclass(frozen=True)
class Transition:
    """One action: its Chinese name, its ways by the stage they begin from, fields it needs and may take."""

    label: str
    routes: Mapping[Stage, Route]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    duty: Duty | None = None


PARTIES: dict[Party, tuple[str, Callable[[AlertState, str], bool], str]] = {
    "verifier": (
        "whoever ever verified it",
        AlertState.has_verified,
        "您核查过这条预警，不能再办理“{}”：核查与审批不得为同一账号。",
    ),
    "disposer": (
        "whoever ever disposed of it",
        AlertState.has_disposed,
        "您处置过这条预警，不能再办理“{}”。",
    ),
    "handler": (
        "the handler",
        lambda state, who: state.handler == who,
        "您是这条预警的承办人，不能办理“{}”。",
    ),
    "requester": (
        "the requester",
        lambda state, who: state.extension_by == who,
        "延期由您申请，不能由您办理“{}”。",
    ),
}

UNACCEPTED = Condition("not yet accepted", lambda state: not state.is_accepted, "已经接单。")
ACCEPTED = Condition("accepted", lambda state: state.is_accepted, "尚未接单，请先接单。")
PENDING = Condition(
    "an extension is asked for", lambda state: bool(state.extension_by), "没有待批的延期申请。"
)
NONE_PENDING = Condition(
    "no extension is asked for", lambda state: not state.extension_by, "已有待批的延期申请。"
)
DUE = Condition("it has a due date", lambda state: state.due_at is not None, "没有办理期限，无需延期。")
NOT_REFUTED = Condition(
    "the finding is not unsubstantiated",
    lambda state: state.finding != "unsubstantiated",
    "核查结论为不属实，不能转问题线索。",
)

ASSIGN = Route("assigned", ("leader", "room"))
DISPOSE = Route("disposed", ("leader", "room", "team"), apart_from=("verifier",))
URGED_BY: tuple[Role, ...] = ("leader", "room")
APPROVERS: tuple[Role, ...] = ("leader", "room")


def _urge(stage: Stage) -> Route:
    return Route(stage, URGED_BY, apart_from=("handler",))


def _approve(stage: Stage) -> Route:
    return Route(stage, APPROVERS, apart_from=("requester",), when=(PENDING,))


def _is_left_lying(state: AlertState, level: str, now: datetime) -> bool:
    is_overdue = state.is_open and state.due_at is not None and state.due_at < now
    return level == "red" and is_overdue and not state.is_urged


TRANSITIONS: dict[Action, Transition] = {
    "assign": Transition(
        "分办",
        {"raised": ASSIGN, "assigned": ASSIGN},
        needs=("handler",),
        takes=("note",),
        duty=Duty(("room",), text="no handler", when=lambda state, _level, _now: state.handler is None),
    ),
    "accept": Transition(
        "接单",
        {"assigned": Route("assigned", is_handlers=True, when=(UNACCEPTED,))},
        duty=Duty(is_handlers=True),
    ),
    "verify": Transition(
        "核查",
        {"assigned": Route("verified", is_handlers=True, when=(ACCEPTED,))},
        needs=("finding", "note"),
        takes=("amount",),
        duty=Duty(is_handlers=True),
    ),
    "dispose": Transition(
        "处置",
        {"verified": DISPOSE},
        needs=("disposition",),
        takes=("four_form", "persons", "recovered", "note"),
        duty=Duty(("room", "team")),
    ),
    "refer": Transition(
        "转问题线索",
        {"verified": Route(DISPOSE.to, DISPOSE.roles, apart_from=DISPOSE.apart_from, when=(NOT_REFUTED,))},
        needs=("note",),
    ),
    "apply": Transition(
        "运用",
        {"disposed": Route("applied", ("leader", "room"))},
        needs=("applied_as", "note"),
        duty=Duty(("room",)),
    ),
    "assess": Transition(
        "考核",
        {"applied": Route("assessed", ("leader",), apart_from=("verifier", "disposer"))},
        needs=("grade",),
        takes=("note",),
        duty=Duty(("leader",)),
    ),
    "return": Transition(
        "退回",
        {
            "assigned": Route("raised", is_handlers=True),
            "verified": Route("assigned", DISPOSE.roles, apart_from=DISPOSE.apart_from),
            "disposed": Route("verified", ("leader", "room")),
            "applied": Route("disposed", ("leader",)),
        },
        needs=("note",),
    ),
    "urge": Transition(
        "督办",
        {
            "raised": _urge("raised"),
            "assigned": _urge("assigned"),
            "verified": _urge("verified"),
            "disposed": _urge("disposed"),
            "applied": _urge("applied"),
        },
        needs=("note",),
        duty=Duty(("leader",), text="red, open, overdue, not yet urged", when=_is_left_lying),
    ),
    "request_extension": Transition(
        "延期申请",
        {
            "assigned": Route("assigned", is_handlers=True, when=(ACCEPTED, NONE_PENDING, DUE)),
            "verified": Route(
                "verified",
                DISPOSE.roles,
                is_handlers=True,
                apart_from=DISPOSE.apart_from,
                when=(NONE_PENDING, DUE),
            ),
        },
        needs=("extension_days", "note"),
    ),
    "approve_extension": Transition(
        "准予延期",
        {"assigned": _approve("assigned"), "verified": _approve("verified")},
        takes=("note",),
        duty=Duty(APPROVERS),
    ),
    "refuse_extension": Transition(
        "不准延期",
        {"assigned": _approve("assigned"), "verified": _approve("verified")},
        needs=("note",),
    ),
}


def holds(scope: Scope, alert: Alert) -> bool:
    """Tell whether an alert lies within a scope, as the views' `in_scope` does; nothing lies in an empty one."""
    return (
        bool(scope.who)
        and scope.sees_cases
        and region_code.is_code(alert.region_code)
        and scope.holds_region(alert.region_code)
        and _admits(scope.industries, alert.industry_code)
        and _admits(scope.units, alert.unit_id)
    )


def _admits(codes: tuple[str, ...], code: str | None) -> bool:
    return codes == (ALL,) or (bool(code) and code in codes)


def closed(action: Action, state: AlertState, scope: Scope, alert: Alert) -> str | None:
    """Return the Chinese reason why an action is closed to a person now, None when it is open."""
    transition = TRANSITIONS[action]
    if not holds(scope, alert):
        return "这条预警不在您的权限范围内。"
    route = transition.routes.get(state.stage)
    if route is None:
        return f"当前环节是“{ALERT_STAGE[state.stage]}”，不能办理“{transition.label}”。"
    return _shut(transition, route, state, scope) or next(
        (condition.reason for condition in route.when if not condition.holds(state)), None
    )


def tasks(state: AlertState, scope: Scope, alert: Alert, *, now: datetime) -> tuple[Action, ...]:
    """Return the actions that are open to a person and their task at a moment; none out of scope."""
    return tuple(
        action
        for action, transition in TRANSITIONS.items()
        if (duty := transition.duty)
        and (scope.role in duty.roles or (duty.is_handlers and state.handler == scope.who))
        and closed(action, state, scope, alert) is None
        and duty.when(state, alert.alert_level, now)
    )


def _shut(transition: Transition, route: Route, state: AlertState, scope: Scope) -> str | None:
    """Return why a way is closed to this person, None when it is theirs."""
    if route.is_handlers and state.handler == scope.who and scope.role in HANDLER_ROLES:
        return None
    if scope.role in route.roles:
        parties = (PARTIES[party] for party in route.apart_from)
        return next(
            (
                reason.format(transition.label)
                for _, is_party, reason in parties
                if is_party(state, scope.who)
            ),
            None,
        )
    able = [ROLE_LABELS[role] for role in route.roles] + ["承办人"] * route.is_handlers
    return f"“{transition.label}”只能由{'、'.join(able)}办理。"
