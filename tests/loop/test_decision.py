"""One decision after the other: what is written, what is refused and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import update

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit
from cockpit.ledger.tables import alert_state, decision
from cockpit.loop.decision import (
    Closed,
    Given,
    Superseded,
    act,
    candidates,
    history,
    latest_seq,
    state_of,
    states_since,
)
from cockpit.loop.limit import later
from cockpit.loop.state import Action, AlertState, Decision, has_conflict, replay
from cockpit.scope import ALL, Scope
from tests.loop import people
from tests.loop.people import ALERT, COUNTY, ELSEWHERE, GIVEN, at_stage, do, run, scope
from tests.postgres import SQLITE_ONLY

VERIFIED: tuple[tuple[str, Action], ...] = (
    ("room1", "assign"),
    ("station1", "accept"),
    ("station1", "verify"),
)
WHOLE: tuple[tuple[str, Action], ...] = (
    *VERIFIED,
    ("team1", "dispose"),
    ("room2", "apply"),
    ("leader1", "assess"),
)


def test_columns_are_those_of_the_tables() -> None:
    assert [*AlertState._fields] == [column.name for column in alert_state.c]
    assert [*Decision._fields] == [column.name for column in decision.c]


def test_from_raised_to_assessed_through_five_people(ledger: Ledger) -> None:
    before = datetime.now(UTC)
    state = run(ledger, people.people(ledger), *WHOLE)
    assert state == AlertState(
        alert_id="A-1",
        version=6,
        seq=6,
        stage="assessed",
        stage_at=state.stage_at,
        handler="station1",
        is_accepted=True,
        verified_by="station1",
        disposed_by="team1",
        finding="substantiated",
        amount=600.0,
        disposition="talk",
        four_form="1",
        persons=3,
        recovered=600.0,
        applied_as="problem_list",
        grade="good",
        due_at=None,
        is_urged=False,
        extension_by=None,
        extension_days=None,
        upstream_stage="raised",
        upstream_at=ALERT.stage_at,
    )
    assert before <= state.stage_at <= datetime.now(UTC)
    decisions = history(ledger, "A-1")
    assert [(one.who, one.role, one.action) for one in decisions] == [
        ("room1", "room", "assign"),
        ("station1", "station", "accept"),
        ("station1", "station", "verify"),
        ("team1", "team", "dispose"),
        ("room2", "room", "apply"),
        ("leader1", "leader", "assess"),
    ]
    assert [(one.from_stage, one.to_stage) for one in decisions] == [
        ("raised", "assigned"),
        ("assigned", "assigned"),
        ("assigned", "verified"),
        ("verified", "disposed"),
        ("disposed", "applied"),
        ("applied", "assessed"),
    ]
    assert [one.base is None for one in decisions] == [False] + [True] * 5
    assert decisions[2].note == "三名村干部重复领取报酬"
    assert state_of(ledger, "A-1") == replay(decisions) == state
    assert latest_seq(ledger) == 6
    assert states_since(ledger, 5) == [state]
    assert states_since(ledger, 6) == []


def test_each_step_is_due_by_its_level(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    alert = replace(ALERT, alert_level="yellow")
    days = [2, 10, 10, 20, 20]
    for version, (who, action) in enumerate(WHOLE):
        state = do(ledger, scopes[who], action, version, alert)
        [made] = history(ledger, "A-1")[version:]
        assert state.due_at == made.due_at == (later(made.at, days[version]) if version < 5 else None)


def test_nothing_decided_yet(ledger: Ledger) -> None:
    assert history(ledger, "A-1") == []
    assert state_of(ledger, "A-1") is None
    assert latest_seq(ledger) == 0
    assert states_since(ledger, 0) == []


def test_states_come_in_the_order_of_their_last_decision(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    alerts = [replace(ALERT, id=f"A-{number}") for number in range(3)]
    for alert in alerts:
        run(ledger, scopes, ("room1", "assign"), alert=alert)
    do(ledger, scopes["station1"], "accept", 1, alerts[0])
    assert [(one.alert_id, one.seq) for one in states_since(ledger, 0)] == [
        ("A-1", 2),
        ("A-2", 3),
        ("A-0", 4),
    ]
    assert [one.alert_id for one in states_since(ledger, 2, limit=1)] == ["A-2"]


def test_every_act_is_audited_with_it(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    given = Given(handler="station1", note="机密内容")
    act(ledger, scopes["room1"], ALERT, "assign", given, version=0, session="s1", address="10.0.0.9")
    [entry] = audit.entries(ledger, action="act")
    assert (entry.who, entry.target, entry.session, entry.address) == ("room1", "alert/A-1", "s1", "10.0.0.9")
    assert entry.detail == {
        "action": "assign",
        "version": 1,
        "from": "raised",
        "to": "assigned",
        "handler": "station1",
    }


def test_what_is_closed_is_audited_and_leaves_nothing(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    with pytest.raises(Closed, match="只能由委领导、监督检查室办理"):
        do(ledger, scopes["station1"], "assign", 0)
    with pytest.raises(Closed, match="不在您的权限范围内"):
        do(ledger, scope("room1", "room", ELSEWHERE), "assign", 0)
    denied = audit.entries(ledger, action="denied")
    assert [(one.who, one.target, one.detail["action"]) for one in denied] == [
        ("room1", "alert/A-1", "assign"),
        ("station1", "alert/A-1", "assign"),
    ]
    assert audit.count(ledger, action="act") == 0
    assert latest_seq(ledger) == 0


@SQLITE_ONLY
@pytest.mark.parametrize("values", [{"industries": ("farm",)}, {"units": ("U2",)}, {"industries": ()}])
def test_each_part_of_the_scope_is_checked(ledger: Ledger, values: dict[str, Any]) -> None:
    people.people(ledger)
    me = Scope(**{**vars(scope("room1", "room")), **values})
    with pytest.raises(Closed, match="权限范围"):
        do(ledger, me, "assign", 0)


def test_out_of_scope_learns_nothing_of_what_was_done(ledger: Ledger) -> None:
    run(ledger, people.people(ledger), *WHOLE)
    with pytest.raises(Closed, match="权限范围"):
        do(ledger, scope("room1", "room", ELSEWHERE), "assign", 0)


def test_who_comes_second_reads_what_happened(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, ("room1", "assign"))
    with pytest.raises(
        Superseded, match=r"姓名room1（room1）已于 .* 办理“分办”，这条预警现处“分办”环节"
    ) as told:
        do(ledger, scopes["room2"], "assign", 0, handler="team1")
    assert [(one.who, one.handler) for one in told.value.decisions] == [("room1", "station1")]
    do(ledger, scopes["station1"], "accept", 1)
    with pytest.raises(Superseded, match="办理“接单”等共 2 次") as told:
        do(ledger, scopes["room2"], "assign", 0, handler="team1")
    assert [one.version for one in told.value.decisions] == [1, 2]
    assert [one.who for one in history(ledger, "A-1")] == ["room1", "station1"]
    assert audit.count(ledger, action="denied") == 0


def test_a_version_that_never_was_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Superseded, match="与您看到的不一致"):
        do(ledger, people.people(ledger)["room1"], "assign", 3)


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("steps", "who", "action"),
    [
        ((), "leader1", "assign"),
        (VERIFIED[:1], "station1", "accept"),
        (VERIFIED[:2], "station1", "verify"),
        (VERIFIED, "leader1", "dispose"),
        (VERIFIED, "room1", "refer"),
        (WHOLE[:4], "leader1", "apply"),
        (WHOLE[:5], "leader2", "assess"),
        (WHOLE[:5], "leader2", "return"),
        (VERIFIED, "leader2", "urge"),
        (VERIFIED[:2], "station1", "request_extension"),
    ],
)
def test_what_is_needed_must_be_given(ledger: Ledger, steps: Any, who: str, action: Action) -> None:
    scopes = people.people(ledger)
    if steps:
        run(ledger, scopes, *steps)
    needed = [name for name in GIVEN[action] if name not in {"amount", "four_form", "persons", "recovered"}]
    for name in needed:
        with pytest.raises(CockpitError, match=r"^请填写"):
            do(ledger, scopes[who], action, len(steps), **{name: None})
        if name in {"note", "handler"}:
            with pytest.raises(CockpitError, match=r"^请填写"):
                do(ledger, scopes[who], action, len(steps), **{name: " \n　"})
    other = "grade" if action != "assess" else "handler"
    with pytest.raises(CockpitError, match="不需要填写"):
        do(ledger, scopes[who], action, len(steps), **{other: "good"})
    assert latest_seq(ledger) == len(steps)
    assert do(ledger, scopes[who], action, len(steps)).version == len(steps) + 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"finding": "maybe"}, "核查结论须为属实、部分属实、不属实之一"),
        ({"amount": -1}, "查实金额须为不小于 0 的数"),
        ({"amount": float("nan")}, "查实金额须为不小于 0 的数"),
        ({"amount": float("inf")}, "查实金额须为不小于 0 的数"),
        ({"recovered": 1e15}, "追回金额须为不小于 0 的数"),
        ({"persons": -1}, "处理人数须为不小于 0 的整数"),
        ({"persons": 2.5}, "处理人数须为不小于 0 的整数"),
        ({"persons": 10**12}, "处理人数须为不小于 0 的整数"),
        ({"disposition": "clue"}, "处置方式须为予以了结、提醒谈话.*转问题线索请另行办理"),
        ({"four_form": "5"}, "四种形态须为"),
        ({"applied_as": "nothing"}, "运用方式须为问题清单"),
        ({"grade": "A"}, "考核等次须为优、良、中、差之一"),
        ({"extension_days": 0}, "延期须为 1 至 30 个工作日"),
        ({"extension_days": 31}, "延期须为 1 至 30 个工作日"),
        ({"note": "字" * 2001}, "说明至多 2000 字"),
        ({"note": "a\x00b"}, "不能含控制字符"),
        ({"note": "a\u202eb"}, "不能含控制字符"),
        ({"note": "a\ud800"}, "不能含控制字符"),
        ({"handler": "x" * 33}, "承办账号的用户名不正确"),
        ({"stage": "assessed"}, "没有“stage”这一项"),
    ],
)
def test_what_will_not_do_is_said_in_one_sentence(values: dict[str, Any], message: str) -> None:
    with pytest.raises(CockpitError, match=message) as told:
        Given(**values)
    assert str(told.value).endswith("。")


def test_notes_keep_their_lines_and_chinese_blanks() -> None:
    assert Given(note="　　第一行\r\n\t第二行 👨‍👩‍👧 \n").note == "第一行\r\n\t第二行 👨‍👩‍👧"


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("finding", "values", "message"),
    [
        ("unsubstantiated", {}, "处置方式只能是予以了结"),
        ("unsubstantiated", {"disposition": "closed", "four_form": None}, "处理人数和追回金额须为 0"),
        ("partly", {"four_form": None}, "提醒谈话须填写四种形态"),
        ("partly", {"disposition": "case_filed", "four_form": None}, "立案须填写四种形态"),
        ("partly", {"disposition": "sanction", "four_form": None}, "党纪政务处分须填写四种形态"),
        ("partly", {"disposition": "transfer", "four_form": None}, "移送司法须填写四种形态"),
        ("partly", {"disposition": "closed"}, "予以了结不填写四种形态"),
    ],
)
def test_a_disposition_fits_the_finding(
    ledger: Ledger, finding: str, values: dict[str, Any], message: str
) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, *VERIFIED[:2])
    do(ledger, scopes["station1"], "verify", 2, finding=finding)
    with pytest.raises(CockpitError, match=message):
        do(ledger, scopes["room1"], "dispose", 3, **values)
    fitting = {"disposition": "closed", "four_form": None, "persons": 0, "recovered": None}
    assert do(ledger, scopes["room1"], "dispose", 3, **fitting).disposition == "closed"


def test_an_unsubstantiated_alert_is_no_clue(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, *VERIFIED[:2])
    do(ledger, scopes["station1"], "verify", 2, finding="unsubstantiated")
    with pytest.raises(Closed, match="不能转问题线索"):
        do(ledger, scopes["room1"], "refer", 3)


def test_a_clue_is_disposed_of_as_such(ledger: Ledger) -> None:
    state = run(ledger, people.people(ledger), *VERIFIED, ("room1", "refer"))
    assert (state.stage, state.disposition, state.disposed_by) == ("disposed", "clue", "room1")
    assert (state.persons, state.recovered) == (0, 0)


# -- returning


def test_a_returned_disposition_takes_its_figures_with_it(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    alert = replace(ALERT, persons=2, recovered=100.5)
    state = run(ledger, scopes, *WHOLE[:4], alert=alert)
    assert (state.persons, state.recovered) == (5, 700.5)
    state = do(ledger, scopes["leader1"], "return", 4, alert)
    assert (state.stage, state.finding, state.disposition, state.four_form) == (
        "verified",
        "substantiated",
        None,
        None,
    )
    assert (state.persons, state.recovered) == (2, 100.5)
    state = do(ledger, scopes["room1"], "dispose", 5, alert, disposition="rectify", persons=1, recovered=None)
    assert (state.persons, state.recovered, state.disposed_by) == (3, 100.5, "team1 room1")


def test_a_disposition_made_elsewhere_takes_all_figures_with_it(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    alert = replace(at_stage("disposed"), disposition="talk", four_form="1", persons=4, recovered=9.0)
    state = do(ledger, scopes["leader1"], "return", 0, alert)
    assert (state.stage, state.disposition, state.persons, state.recovered) == ("verified", None, None, None)
    state = do(ledger, scopes["room1"], "dispose", 1, alert)
    assert (state.persons, state.recovered) == (3, 600)


def test_returned_to_the_handler(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    state = run(ledger, scopes, *VERIFIED, ("room1", "return"))
    assert (state.stage, state.handler, state.is_accepted) == ("assigned", "station1", True)
    assert (state.finding, state.amount, state.verified_by) == (None, None, "station1")
    assert state.due_at == later(state.stage_at, 5)


def test_returned_by_the_handler(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    for steps in (("room1", "assign"), ("station1", "return")), (*VERIFIED[:2], ("station1", "return")):
        alert = replace(ALERT, id=f"A-{len(steps)}")
        state = run(ledger, scopes, *steps, alert=alert)
        assert (state.stage, state.handler, state.is_accepted) == ("raised", None, False)
        assert state.due_at == later(state.stage_at, 1)


def test_returned_from_applied(ledger: Ledger) -> None:
    state = run(ledger, people.people(ledger), *WHOLE[:5], ("leader1", "return"))
    assert (state.stage, state.applied_as, state.disposition) == ("disposed", None, "talk")


# -- verifier and approver


def test_the_verifier_of_a_returned_round_is_bound_too(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    steps: list[tuple[str, Action]] = [("leader1", "assign"), ("room1", "accept"), ("room1", "verify")]
    for version, (who, action) in enumerate(steps):
        do(ledger, scopes[who], action, version, **({"handler": "room1"} if action == "assign" else {}))
    with pytest.raises(Closed, match="核查与审批不得为同一账号"):
        do(ledger, scopes["room1"], "dispose", 3)
    with pytest.raises(Closed, match="核查与审批不得为同一账号"):
        do(ledger, scopes["room1"], "return", 3)
    do(ledger, scopes["leader1"], "return", 3)
    do(ledger, scopes["leader1"], "assign", 4, handler="room2")
    do(ledger, scopes["room2"], "accept", 5)
    assert do(ledger, scopes["room2"], "verify", 6).verified_by == "room1 room2"
    for who in ("room1", "room2"):
        with pytest.raises(Closed, match="核查与审批不得为同一账号"):
            do(ledger, scopes[who], "dispose", 7)
    assert do(ledger, scopes["team1"], "dispose", 7).disposed_by == "team1"


def test_who_has_disposed_never_verifies(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, *WHOLE[:4], ("leader1", "return"), ("leader1", "return"))
    assert "team1" not in {one[0] for one in candidates(ledger, ALERT)}
    assert "team1" in {one[0] for one in candidates(ledger, replace(ALERT, id="B"))}
    with pytest.raises(CockpitError, match="曾处置过这条预警"):
        do(ledger, scopes["room1"], "assign", 6, handler="team1")


@SQLITE_ONLY
@pytest.mark.parametrize("who", ["leader1", "leader2"])
def test_a_leader_who_disposed_does_not_assess(ledger: Ledger, who: str) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, *VERIFIED, ("leader1", "dispose"), ("room1", "apply"))
    if who == "leader1":
        with pytest.raises(Closed, match="您处置过这条预警"):
            do(ledger, scopes[who], "assess", 5)
    else:
        assert do(ledger, scopes[who], "assess", 5).grade == "good"


# -- handlers


def test_candidates_are_whose_scope_holds_the_alert(ledger: Ledger) -> None:
    everything = {"industries": (ALL,), "units": (ALL,)}
    able = [
        Scope("province", "room", ("990000000000",), **everything),
        Scope("county", "team", (COUNTY,), ("farm", "relief"), ("U1", "U2")),
        Scope("village", "station", ("990102001003", "990102009000"), **everything),
    ]
    unable = [
        Scope("other-county", "room", (ELSEWHERE,), **everything),
        Scope("other-village", "station", ("990102001004",), **everything),
        Scope("other-industry", "team", (COUNTY,), ("farm",), (ALL,)),
        Scope("other-unit", "team", (COUNTY,), (ALL,), ("U2",)),
        Scope("boss", "leader", (COUNTY,), **everything),
        Scope("audit", "auditor", (COUNTY,), **everything),
        Scope("root", "admin", (COUNTY,), **everything),
    ]
    people.add(ledger, [*able, *unable])
    people.add(ledger, [Scope("gone", "room", (COUNTY,), **everything)], is_disabled=True)
    assert candidates(ledger, ALERT) == [
        ("province", "姓名province", "room", "990000000000"),
        ("village", "姓名village", "station", "990102001003"),
        ("county", "姓名county", "team", COUNTY),
    ]
    me = scope("boss", "leader")
    for one in [*(other.who for other in unable), "gone", "nobody"]:
        with pytest.raises(CockpitError, match="所选账号不能承办这条预警"):
            do(ledger, me, "assign", 0, handler=one)
    assert do(ledger, me, "assign", 0, handler="county").handler == "county"


def test_an_alert_without_industry_or_unit_goes_to_who_sees_all(ledger: Ledger) -> None:
    people.add(ledger, [scope("all", "room"), Scope("some", "room", (COUNTY,), ("relief",), (ALL,))])
    alert = replace(ALERT, industry_code=None, unit_id=None)
    assert [one[0] for one in candidates(ledger, alert)] == ["all"]


def test_the_alert_of_a_disabled_handler_is_assigned_anew(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, *VERIFIED[:2])
    account.set_disabled(ledger, "station1", True, who="test")
    gone = account.find(ledger, "station1")
    assert gone
    with pytest.raises(Closed, match="权限范围"):
        do(ledger, account.scope_of(gone), "verify", 3)
    assert "station1" not in {one[0] for one in candidates(ledger, ALERT)}
    state = do(ledger, scopes["room1"], "assign", 3, handler="station2")
    assert (state.handler, state.is_accepted, state.stage) == ("station2", False, "assigned")
    with pytest.raises(Closed, match="只能由承办人办理"):
        do(ledger, scopes["station1"], "accept", 4)
    assert do(ledger, scopes["station2"], "accept", 4).is_accepted


def test_assigning_to_the_same_handler_gains_no_time(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, ("room1", "assign"))
    with pytest.raises(CockpitError, match="已是承办人"):
        do(ledger, scopes["room1"], "assign", 1)


# -- urging and extensions


def test_urged_until_the_next_step_forward(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    run(ledger, scopes, ("room1", "assign"))
    urged = do(ledger, scopes["leader1"], "urge", 1)
    assert (urged.is_urged, urged.stage) == (True, "assigned")
    assert do(ledger, scopes["room1"], "assign", 2, handler="station2").is_urged
    assert not do(ledger, scopes["station2"], "accept", 3).is_urged
    assert do(ledger, scopes["room1"], "urge", 4).is_urged
    assert do(ledger, scopes["station2"], "return", 5).is_urged
    assert not do(ledger, scopes["room1"], "assign", 6).is_urged


def test_the_handler_does_not_urge_themselves(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    do(ledger, scopes["leader1"], "assign", 0, handler="room1")
    with pytest.raises(Closed, match="您是这条预警的承办人"):
        do(ledger, scopes["room1"], "urge", 1)


def test_an_extension_is_approved_by_another(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    do(ledger, scopes["leader1"], "assign", 0, handler="room1")
    due = do(ledger, scopes["room1"], "accept", 1).due_at
    assert due
    asked = do(ledger, scopes["room1"], "request_extension", 2, extension_days=7)
    assert (asked.extension_by, asked.extension_days, asked.due_at) == ("room1", 7, due)
    for action in ("approve_extension", "refuse_extension"):
        with pytest.raises(Closed, match="延期由您申请"):
            do(ledger, scopes["room1"], action, 3)
    with pytest.raises(Closed, match="已有待批的延期申请"):
        do(ledger, scopes["room1"], "request_extension", 3)
    state = do(ledger, scopes["room2"], "approve_extension", 3)
    assert (state.extension_by, state.extension_days, state.due_at) == (None, None, later(due, 7))
    with pytest.raises(Closed, match="没有待批的延期申请"):
        do(ledger, scopes["room2"], "approve_extension", 4)


def test_an_extension_refused_leaves_the_date(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    due = run(ledger, scopes, *VERIFIED).due_at
    do(ledger, scopes["leader1"], "request_extension", 3)
    state = do(ledger, scopes["room1"], "refuse_extension", 4)
    assert (state.extension_by, state.due_at) == (None, due)


def test_a_request_lapses_when_the_alert_moves_on(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    state = run(ledger, scopes, *VERIFIED[:2], ("station1", "request_extension"), ("station1", "verify"))
    assert (state.extension_by, state.extension_days) == (None, None)
    alert = replace(ALERT, id="B")
    run(ledger, scopes, *VERIFIED[:2], ("station1", "request_extension"), alert=alert)
    state = do(ledger, scopes["room1"], "assign", 3, alert, handler="station2")
    assert (state.extension_by, state.extension_days) == (None, None)


def test_an_alert_never_due_is_not_extended(ledger: Ledger) -> None:
    alert = replace(at_stage("verified"), due_at=None)
    with pytest.raises(Closed, match="没有办理期限"):
        do(ledger, people.people(ledger)["leader1"], "request_extension", 0, alert)


# -- what the sources say


def test_it_begins_where_the_sources_are(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    alert = replace(at_stage("verified"), persons=1, recovered=5.0)
    state = do(ledger, scopes["room1"], "urge", 0, alert)
    assert (state.stage, state.stage_at, state.finding) == ("verified", alert.stage_at, "substantiated")
    assert (state.persons, state.recovered, state.due_at) == (1, 5.0, alert.due_at)
    assert replay(history(ledger, "A-1")) == state
    # Sent back, it has nobody to go to: it waits to be assigned.
    state = do(ledger, scopes["room1"], "return", 1, alert)
    assert (state.stage, state.handler, state.due_at) == ("assigned", None, later(state.stage_at, 1))


def test_a_conflict_is_later_news_of_another_stage(ledger: Ledger) -> None:
    scopes = people.people(ledger)
    state = run(ledger, scopes, ("room1", "assign"))
    news = ALERT.stage_at + timedelta(days=3)
    assert not has_conflict(state, "raised", ALERT.stage_at)
    assert not has_conflict(state, "raised", news)
    assert not has_conflict(state, "assigned", news)
    assert not has_conflict(state, "verified", ALERT.stage_at)
    assert has_conflict(state, "verified", news)
    told = replace(ALERT, stage="verified", stage_at=news)
    state = do(ledger, scopes["station1"], "accept", 1, told)
    assert (state.stage, state.upstream_stage, state.upstream_at) == ("assigned", "verified", news)
    assert not has_conflict(state, "verified", news)


def test_times_without_zone_are_local() -> None:
    alert = replace(ALERT, stage_at=datetime(2026, 11, 2, 9, 30), due_at=datetime(2026, 11, 3, 23, 59, 59))
    assert (alert.stage_at, alert.due_at) == (ALERT.stage_at, ALERT.due_at)


def test_an_alert_may_come_from_a_frame(ledger: Ledger) -> None:
    row = {
        "persons": np.int64(2),
        "recovered": np.float64(1.5),
        "stage_at": pd.Timestamp("2026-11-02 09:30:00.000001"),
    }
    alert = replace(at_stage("verified"), **row)
    state = do(ledger, people.people(ledger)["room1"], "dispose", 0, alert)
    assert (state.persons, state.recovered, state.upstream_at.microsecond) == (5, 601.5, 1)
    assert replay(history(ledger, "A-1")) == state_of(ledger, "A-1") == state


def test_a_decision_left_out_is_noticed(ledger: Ledger) -> None:
    run(ledger, people.people(ledger), *WHOLE)
    decisions = history(ledger, "A-1")
    for broken in ([], decisions[1:], decisions[:2] + decisions[3:], decisions[::-1]):
        with pytest.raises(ValueError, match="none left out"):
            replay(broken)


def test_decisions_cannot_be_changed(ledger: Ledger) -> None:
    run(ledger, people.people(ledger), *VERIFIED)
    with pytest.raises(CockpitError), ledger.write() as connection:
        connection.execute(update(decision).values(note="另一套说法"))
    with pytest.raises(CockpitError), ledger.write() as connection:
        connection.execute(decision.delete())
    assert len(history(ledger, "A-1")) == 3
