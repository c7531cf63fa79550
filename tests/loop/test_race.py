"""Many hands at once, in any order, and a process that dies in the middle."""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit
from cockpit.loop.decision import Superseded, history, latest_seq, state_of, states_since
from cockpit.loop.state import Action, Alert, AlertState, Decision, begun, replay
from cockpit.scope import Scope
from cockpit.settings import Settings
from tests.loop import people
from tests.loop.people import ALERT, ELSEWHERE, GIVEN, STAGES, at_stage, do, run, scope

# Every move there is, by hand.
MOVES = {
    "assign": {("raised", "assigned"), ("assigned", "assigned")},
    "accept": {("assigned", "assigned")},
    "verify": {("assigned", "verified")},
    "dispose": {("verified", "disposed")},
    "refer": {("verified", "disposed")},
    "apply": {("disposed", "applied")},
    "assess": {("applied", "assessed")},
    "return": {
        ("assigned", "raised"),
        ("verified", "assigned"),
        ("disposed", "verified"),
        ("applied", "disposed"),
    },
    "urge": {(stage, stage) for stage in STAGES[:5]},
    "request_extension": {("assigned", "assigned"), ("verified", "verified")},
    "approve_extension": {("assigned", "assigned"), ("verified", "verified")},
    "refuse_extension": {("assigned", "assigned"), ("verified", "verified")},
}
HANDLERS = ("room1", "room2", "team1", "team2", "station1", "station2")
ACTORS = (*HANDLERS, "leader1", "leader2", "auditor1", "admin1", "outsider")
# The common way, so that random steps get far.
USUAL: dict[str, list[tuple[str, str]]] = {
    "raised": [("leader1", "assign"), ("room1", "assign")],
    "assigned": [
        ("handler", "accept"),
        ("handler", "verify"),
        ("handler", "request_extension"),
        ("leader1", "approve_extension"),
        ("leader2", "refuse_extension"),
    ],
    "verified": [
        ("team1", "dispose"),
        ("room2", "dispose"),
        ("leader1", "refer"),
        ("leader2", "return"),
        ("leader1", "request_extension"),
        ("leader2", "refuse_extension"),
    ],
    "disposed": [("room1", "apply"), ("leader1", "return")],
    "applied": [("leader2", "assess"), ("leader1", "return")],
    "assessed": [("leader1", "urge")],
}


def chosen(turn: random.Random, state: AlertState) -> tuple[str, Action, dict[str, Any]]:
    """Choose who does what next, as often as not somebody who may, and what they give."""
    who, action = turn.choice(ACTORS), turn.choice([*GIVEN])
    if turn.random() < 0.6:
        who, action = turn.choice(USUAL[state.stage])
        if who == "handler":
            who = state.handler or "room1"
    given: dict[str, Any] = {}
    if action == "assign":
        given = {"handler": turn.choice([*HANDLERS, "leader1", "outsider", "nobody"])}
    if action == "verify":
        given = {"finding": turn.choice(["substantiated", "partly", "unsubstantiated"])}
    if action == "dispose" and (state.finding == "unsubstantiated" or turn.random() < 0.2):
        given = {"disposition": "closed", "four_form": None, "persons": None, "recovered": 0}
    return who, cast("Action", action), given


def team(ledger: Ledger) -> dict[str, Scope]:
    scopes = people.people(ledger) | {"outsider": scope("outsider", "room", ELSEWHERE)}
    people.add(ledger, [scopes["outsider"]])
    return scopes


def check_whole(decisions: list[Decision], alert: Alert) -> None:
    """Check what must be true of any history, without the code that made it."""
    assert [one.version for one in decisions] == [*range(1, len(decisions) + 1)]
    assert [one.seq for one in decisions] == sorted({one.seq for one in decisions})
    stage = alert.stage
    verifiers: set[str] = set()
    disposers: set[str] = set()
    handler = requester = None
    persons: list[int] = []
    for one in decisions:
        assert one.from_stage == stage
        assert (one.from_stage, one.to_stage) in MOVES[one.action]
        assert one.role not in {"auditor", "admin"}
        assert one.who != "outsider"
        if one.action == "assign":
            handler = one.handler
            assert handler in HANDLERS
            assert handler not in disposers
        if one.action in {"accept", "verify"}:
            assert one.who == handler
        if one.action == "verify":
            verifiers.add(one.who)
        if one.action in {"dispose", "refer"}:
            disposers.add(one.who)
            persons.append(one.persons or 0)
        if one.action == "assess":
            assert one.role == "leader"
            assert one.who not in verifiers | disposers
        if one.action == "return" and one.from_stage == "disposed" and persons:
            persons.pop()
        if one.action == "request_extension":
            requester = one.who
        if one.action in {"approve_extension", "refuse_extension"}:
            assert one.who != requester
        stage = one.to_stage
    assert not verifiers & disposers
    state = replay(decisions) if decisions else begun(alert)
    assert state.stage == stage
    assert (state.persons or 0) == sum(persons)
    assert (state.disposition == "clue") == (
        bool(persons)
        and [one.action for one in decisions if one.action in {"dispose", "refer"}][-1] == "refer"
    )


@pytest.fixture
def scopes(ledger: Ledger) -> dict[str, Scope]:
    return team(ledger)


def attempt(
    ledger: Ledger, who: Scope, action: Action, version: int, alert: Alert, **given: Any
) -> AlertState | CockpitError:
    """Act, and return what comes of it; anything but a sentence for a person is a failure."""
    try:
        return do(ledger, who, action, version, alert, **given)
    except CockpitError as error:
        return error


def test_any_sequence_of_actions_keeps_the_loop_whole(ledger: Ledger, scopes: dict[str, Scope]) -> None:
    reached: set[tuple[str, str]] = set()
    for seed in range(40):
        turn = random.Random(seed)
        alert = replace(at_stage(turn.choice(["raised"] * 6 + [*STAGES])), id=f"S-{seed}")
        state, known = begun(alert), list[Decision]()
        for _ in range(25):
            who, action, given = chosen(turn, state)
            # Now and then somebody looks at another version.
            version = state.version if turn.random() < 0.9 else turn.randint(0, state.version + 1)
            outcome = attempt(ledger, scopes[who], action, version, alert, **given)
            decisions = history(ledger, alert.id)
            if isinstance(outcome, CockpitError):
                assert str(outcome).endswith("。")
                assert decisions == known
                has_cases = who not in {"outsider", "auditor1", "admin1"}
                assert isinstance(outcome, Superseded) == (has_cases and version != state.version)
                continue
            assert version == state.version
            assert decisions[:-1] == known
            assert outcome == replay(decisions) == state_of(ledger, alert.id)
            check_whole(decisions, alert)
            state, known = outcome, decisions
            reached.add((decisions[-1].action, decisions[-1].from_stage))
    everything = {(action, before) for action, moves in MOVES.items() for before, _ in moves}
    assert len(reached) > 0.75 * len(everything), everything - reached
    assert {action for action, _ in reached} == {*MOVES}


def test_of_two_at_once_one_wins(ledger: Ledger, scopes: dict[str, Scope]) -> None:
    handlers = {"room1": "team1", "room2": "team2"}
    for number in range(10):
        alert = replace(ALERT, id=f"T-{number}")
        ready = threading.Barrier(2)

        def assign(who: str, ready: threading.Barrier = ready, alert: Alert = alert) -> Any:
            ready.wait()
            return attempt(ledger, scopes[who], "assign", 0, alert, handler=handlers[who])

        with ThreadPoolExecutor(2) as pool:
            outcomes = dict(zip(handlers, pool.map(assign, handlers), strict=True))
        [winner] = [who for who, outcome in outcomes.items() if isinstance(outcome, AlertState)]
        [lost] = [outcome for outcome in outcomes.values() if isinstance(outcome, Superseded)]
        assert f"姓名{winner}（{winner}）" in str(lost)
        assert [one.who for one in lost.decisions] == [winner]
        [made] = history(ledger, alert.id)
        assert (made.who, made.handler) == (winner, handlers[winner])


def test_twenty_at_once(ledger: Ledger, scopes: dict[str, Scope]) -> None:
    alerts = [replace(ALERT, id=f"M-{number}") for number in range(4)]
    outcomes: Counter[type] = Counter()
    followed: dict[str, AlertState] = {}
    is_over = threading.Event()

    def actor(seed: int) -> list[AlertState | CockpitError]:
        turn, found = random.Random(seed), []
        for _ in range(12):
            alert = turn.choice(alerts)
            state = state_of(ledger, alert.id) or begun(alert)
            who, action, given = chosen(turn, state)
            found.append(attempt(ledger, scopes[who], action, state.version, alert, **given))
        return found

    def follow() -> None:
        """Follow by number, as the views do: nothing may turn up behind a number already read."""
        seq, is_last = 0, False
        while not is_last:
            is_last = is_over.is_set()
            states = states_since(ledger, seq)
            followed.update({one.alert_id: one for one in states})
            seq = max((one.seq for one in states), default=seq)

    following = threading.Thread(target=follow)
    following.start()
    with ThreadPoolExecutor(20) as pool:
        for found in pool.map(actor, range(20)):
            outcomes.update(map(type, found))
            assert not any("台账" in str(outcome) for outcome in found if isinstance(outcome, CockpitError))
    is_over.set()
    following.join()
    for alert in alerts:
        own = history(ledger, alert.id)
        check_whole(own, alert)
        assert replay(own) == state_of(ledger, alert.id) == followed[alert.id]
    seqs = sorted(one.seq for alert in alerts for one in history(ledger, alert.id))
    assert seqs == [*range(1, latest_seq(ledger) + 1)]
    assert outcomes[AlertState] == len(seqs) == audit.count(ledger, action="act")
    assert outcomes[AlertState] > 15
    assert outcomes[Superseded] > 0


DYING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from cockpit.ledger import open_ledger
from cockpit.settings import Settings
from tests.loop import people

home, url, table = sys.argv[1:]
ledger = open_ledger(Settings(home=Path(home), ledger_url=url))

@event.listens_for(ledger.engine, "after_cursor_execute")
def die(connection, cursor, statement, *rest):
    if statement.lower().startswith((f"insert into {table} ", f"update {table} ")):
        os.kill(os.getpid(), signal.SIGKILL)

people.do(ledger, people.scope("station1", "station"), "accept", 1)
"""


@pytest.mark.parametrize("table", ["decision", "alert_state", "audit"])
def test_killed_in_the_middle_leaves_whole_decisions(
    settings: Settings, ledger: Ledger, scopes: dict[str, Scope], table: str
) -> None:
    before = run(ledger, scopes, ("room1", "assign"))
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(settings.home), settings.ledger_url, table],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert died.returncode == -9, died.stderr
    assert state_of(ledger, "A-1") == replay(history(ledger, "A-1")) == before
    assert audit.count(ledger, action="act") == 1
    after = do(ledger, scopes["station1"], "accept", 1)
    assert (after.version, after.seq) == (2, latest_seq(ledger))
    assert after == state_of(ledger, "A-1") == replay(history(ledger, "A-1"))
    assert audit.verify(ledger).broken is None
