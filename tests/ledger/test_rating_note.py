"""Vetoes, caps and appeals decided here: who may, what ends them, what a build is told of; on both engines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, rating_note
from cockpit.ledger.rating_note import ACTIONS, WHO, Action, Target
from cockpit.scope import ALL, ROLES, Role, Scope

VILLAGE, COUNTY = "990101100201", "990101000000"
PLACE, UNIT = Target(VILLAGE), Target(COUNTY, "u")
TODAY = datetime.now(rating_note.LOCAL).date()
LATER = TODAY + timedelta(90)
RECORD = "经核实，瞒报红色预警一件。"


def scope_of(role: Role, who: str | None = None, region: str = COUNTY, unit: str = ALL) -> Scope:
    return Scope(who or role, role, (region,), (ALL,), (unit,))


LEADER, SECOND, ROOM, TEAM = (
    scope_of("leader"),
    scope_of("leader", "second"),
    scope_of("room"),
    scope_of("team", unit="u"),
)


@pytest.fixture(autouse=True)
def people(ledger: Ledger) -> None:
    for scope in (LEADER, SECOND, ROOM, TEAM):
        account.add(
            ledger, scope.who, name="员", role="auditor", password="correct horse battery", who="test"
        )


def veto(ledger: Ledger, target: Target = PLACE, scope: Scope = LEADER) -> rating_note.Note:
    return rating_note.add(ledger, scope, target, "veto", RECORD, expires_on=LATER, who=scope.who)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_who_may(ledger: Ledger, role: Role, action: Action) -> None:
    reason = rating_note.closed(scope_of(role), PLACE, action)
    assert (reason is None) == (role in WHO[action])
    assert rating_note.closed(scope_of(role, region="990102000000"), PLACE, action) == "不在您的权限范围内。"
    if reason is not None:
        with pytest.raises(CockpitError, match="不能办理"):
            rating_note.add(ledger, scope_of(role), PLACE, action, RECORD, expires_on=LATER, who=role)
        assert audit.entries(ledger)[0].action == "denied"
        assert rating_note.decided(ledger).empty


def test_who_speaks_for_a_unit_alone_sees_no_place(ledger: Ledger) -> None:
    veto(ledger)
    veto(ledger, UNIT)
    assert rating_note.notes(ledger, TEAM, PLACE) == []
    assert len(rating_note.notes(ledger, TEAM, UNIT)) == 1
    assert rating_note.closed(TEAM, PLACE, "appeal")
    assert rating_note.closed(TEAM, UNIT, "appeal") is None
    assert rating_note.notes(ledger, scope_of("room", region="990102000000"), PLACE) == []
    assert rating_note.notes(ledger, scope_of("admin"), PLACE) == []


def test_a_veto_and_its_lift(ledger: Ledger) -> None:
    made = veto(ledger)
    assert (made.action, made.end, made.expires_on) == ("veto", None, LATER)
    [row] = rating_note.decided(ledger).to_dict("records")
    assert row == {
        "id": f"{rating_note.ID_PREFIX}{made.id}",
        "region_code": VILLAGE,
        "unit_id": None,
        "kind": "veto",
        "record": RECORD,
        "decided_by": "委领导 员",
        "decided_on": made.at.astimezone(rating_note.LOCAL).date(),
        "expires_on": LATER,
    }
    lifted = rating_note.add(ledger, SECOND, PLACE, "lift", "查明并非瞒报。", follows=made.id, who="second")
    assert (lifted.id, lifted.end, lifted.ended_by) == (made.id, "lift", "委领导 员")
    [row] = rating_note.decided(ledger).to_dict("records")
    # Lifted on the last day of a month, it limits that month no more.
    assert row["expires_on"] == datetime.now(UTC).astimezone(rating_note.LOCAL).date() - timedelta(days=1)
    with pytest.raises(CockpitError, match="已由"):
        rating_note.add(ledger, LEADER, PLACE, "lift", "再撤销一次。", follows=made.id, who="leader")
    assert [one.action for one in audit.entries(ledger) if one.action == "rating_note"] == ["rating_note"] * 2


def test_an_appeal_and_its_answer(ledger: Ledger) -> None:
    made = rating_note.add(ledger, ROOM, PLACE, "appeal", "2026-01 满意度依据有误。", who="room")
    assert rating_note.closed(ROOM, PLACE, "appeal", [made]) == "已有一件申诉等待答复。"
    with pytest.raises(CockpitError, match="没有可以办理"):
        rating_note.add(ledger, LEADER, PLACE, "lift", RECORD, follows=made.id, who="leader")
    promoted = scope_of("leader", "room")
    with pytest.raises(CockpitError, match="本人"):
        rating_note.add(ledger, promoted, PLACE, "refuse", RECORD, follows=made.id, who="room")
    answered = rating_note.add(
        ledger, LEADER, PLACE, "uphold", "由民政局更正评价数据。", follows=made.id, who="leader"
    )
    assert (answered.end, answered.end_record) == ("uphold", "由民政局更正评价数据。")
    assert rating_note.closed(ROOM, PLACE, "appeal", rating_note.notes(ledger, ROOM, PLACE)) is None


@pytest.mark.parametrize(
    ("action", "record", "expires_on", "sentence"),
    [
        ("veto", "短", LATER, "依据或理由"),
        ("veto", "长" * 1001, LATER, "依据或理由"),
        ("veto", RECORD, None, "有效期"),
        ("cap", RECORD, TODAY, "晚于今天"),
    ],
)
def test_what_lacks_something_is_not_written(
    ledger: Ledger, action: Action, record: str, expires_on: date | None, sentence: str
) -> None:
    with pytest.raises(CockpitError, match=sentence):
        rating_note.add(ledger, LEADER, PLACE, action, record, expires_on=expires_on, who="leader")
    assert rating_note.decided(ledger).empty


def test_rows_are_never_changed(ledger: Ledger) -> None:
    veto(ledger)
    for statement in ("update rating_note set record = 'x'", "delete from rating_note"):
        with pytest.raises((DBAPIError, CockpitError)), ledger.write() as connection:
            connection.execute(text(statement))
    assert rating_note.decided(ledger)["record"].tolist() == [RECORD]
