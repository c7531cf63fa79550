"""The loop as a document; docs/loop.md is made from it."""

from collections.abc import Iterator

from cockpit.loop.limit import STEPS
from cockpit.loop.transition import HANDLER_ROLES, PARTIES, TRANSITIONS, Duty, Route, Transition

_INTRODUCTION = """\
# The loop of an alert

What may be done about an alert, made from `cockpit/loop`; `cockpit docs` writes it anew. Every action needs the alert to
lie in the scope of who acts (region, industry and unit); auditors and administrators have none. `act` asks this table
inside the transaction that writes the decision; the page asks it to say what is open, and why the rest is not.
"""
_CLOSING = """\
## Rules

- **Handler.** An account of role {handlers} that is not disabled, whose scope holds the alert and which never disposed of
  it; asked inside the transaction.
- **Leaving.** A handler whose account is disabled, gets another role or less to see can no longer act. In the same
  transaction what they had been assigned and not yet verified is returned to `raised`, by whoever changed the account and
  with the reason as its note: it is a room's task again, and is due when it was. Enabling the account does not give it back.
- **Verifier and approver are never one account**, over the whole life of the alert: whoever has ever verified it here
  neither disposes of it nor refers, returns (from `verified`) or assesses it, and whoever has ever disposed of it is never
  its handler nor assesses it. A round that was returned counts like any other: it was their judgement that is judged again,
  and a rule without exceptions leaves no way round by returning. Leaders are never handlers, so somebody is always left.
  Who acted in other systems is not known by account and binds nobody.
- **Disposition.** An unsubstantiated alert can only be `closed`, with no persons and nothing recovered. `talk`,
  `case_filed`, `sanction` and `transfer` need one of the four forms, `closed` takes none. `clue` is reached by `refer` alone.
- **Figures.** `persons` and `recovered` are those of the sources plus those of the disposition in force. A disposition
  that is returned takes its figures with it; of one made elsewhere, all of them.
- **Extension.** Counted in working days from the due date. Asked for once at a time; the request lapses when the alert
  moves on or gets another handler.
- **Urging** stands until the next step forward.

## Due dates

A step is due at the end (23:59:59 in Asia/Shanghai) of the n-th working day after the day on which it began, n by the
alert's level and the step from `alert_limit_days`. Working days follow the announced holidays with the weekends worked in
exchange (`cockpit/working_day.py`); years not yet announced have the statutory days alone. Steps: {steps}; in `assigned` it
is `assign` without a handler and `accept` until the handler has accepted. Assigning, accepting and every move begin a step;
urging and asking for an extension do not. Until the first decision here the date is the source's. An open alert that is
in one stage for more than `alert_stuck_days` working days is stuck.

## Several at once

The list assigns up to 50 alerts to one handler: each is a decision of its own, under the version it was picked at, with its
own audit row. Those that somebody decided on meanwhile are named with what was done; they stay picked, and nothing is lost.

## Names

The cockpit holds no name of a person an alert is about, so there is none to unmask, for any role and whatever the reason: the
contract masks `subject_name` and turns `subject` into a keyed pseudonym before anything is stored, and redacts numbers and names in
`title` and `evidence`. The page says so, and masks once more what the contract calls personal among the fields of the evidence.
Who must know the person asks the system or unit that reported the alert, by its number. Unmasking would need a table that keeps
names apart, under its own key and with a limit in time: the contract has none.

## Versions and conflicts

Decisions are numbered within their alert. Who acts names the version they saw: if somebody was quicker, nothing is written
and they read who did what and when. The first decision keeps the upstream state it began from, so the decisions alone give
the state (`replay`).

From then on the decisions lead; upstream events are shown beside them. It is a **conflict** when the latest upstream stage
is not the one known at the last decision, is later than that, and is not the stage the alert has here. It is shown, never
resolved by the program; the next decision made here, in sight of it, settles it.
"""


def markdown() -> str:
    """Return the text of docs/loop.md."""
    lines = [
        _INTRODUCTION,
        "| action | from → to | open to | needs | may take | task of |",
        "|---|---|---|---|---|---|",
        *(line for name, transition in TRANSITIONS.items() for line in _lines(name, transition)),
        "",
        _CLOSING.format(
            handlers=_or([f"`{role}`" for role in HANDLER_ROLES]),
            steps=", ".join(f"`{stage}` waits for `{step}`" for stage, step in STEPS.items()),
        ).rstrip(),
    ]
    return "\n".join(lines) + "\n"


def _lines(name: str, transition: Transition) -> Iterator[str]:
    """Give a line for every group of ways that are open to the same people."""
    groups: dict[str, list[str]] = {}
    for stage, route in transition.routes.items():
        groups.setdefault(_open_to(route), []).append(f"{stage} → {route.to}" if stage != route.to else stage)
    for number, (people, ways) in enumerate(groups.items()):
        cells = [f"`{name}` {transition.label}" if number == 0 else "", "<br>".join(ways), people]
        facts = (", ".join(transition.needs), ", ".join(transition.takes), _task_of(transition.duty))
        yield f"| {' | '.join([*cells, *(facts if number == 0 else ('', '', ''))])} |"


def _open_to(route: Route) -> str:
    people = _or([*["the handler"] * route.is_handlers, *route.roles])
    if route.apart_from:
        people += f", not {_or([PARTIES[party][0] for party in route.apart_from])}"
    return "; ".join([people, *(condition.text for condition in route.when)])


def _task_of(duty: Duty | None) -> str:
    if duty is None:
        return ""
    people = _or([*["the handler"] * duty.is_handlers, *duty.roles])
    return f"{people}; {duty.text}" if duty.text else people


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
