"""Alerts of an account that can no longer handle them go back to be assigned anew."""

from dataclasses import replace

import pytest

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit
from cockpit.ledger.release import held
from cockpit.loop.decision import candidates, history, state_of
from cockpit.loop.state import replay
from cockpit.scope import ALL
from tests.loop import people
from tests.loop.people import ALERT, COUNTY, do, run

SECOND, THIRD, OTHERS = (replace(ALERT, id=name) for name in ("A-2", "A-3", "A-4"))


@pytest.fixture
def in_hand(ledger: Ledger) -> Ledger:
    """One alert just assigned to station1, one accepted with an extension asked for, one verified; one of station2."""
    scopes = people.people(ledger)
    run(ledger, scopes, ("room1", "assign"))
    run(
        ledger,
        scopes,
        ("room1", "assign"),
        ("station1", "accept"),
        ("station1", "request_extension"),
        alert=SECOND,
    )
    run(ledger, scopes, ("room1", "assign"), ("station1", "accept"), ("station1", "verify"), alert=THIRD)
    do(ledger, scopes["room1"], "assign", 0, OTHERS, handler="station2")
    return ledger


def stages(ledger: Ledger) -> dict[str, tuple[str, str | None]]:
    found = (state_of(ledger, one.id) for one in (ALERT, SECOND, THIRD, OTHERS))
    return {state.alert_id: (state.stage, state.handler) for state in found if state}


BEFORE = {
    "A-1": ("assigned", "station1"),
    "A-2": ("assigned", "station1"),
    "A-3": ("verified", "station1"),
    "A-4": ("assigned", "station2"),
}
AFTER = BEFORE | {"A-1": ("raised", None), "A-2": ("raised", None)}


def test_who_is_disabled_has_nothing_in_hand(in_hand: Ledger) -> None:
    assert held(in_hand, "station1") == 2
    due_at = {one.id: state_of(in_hand, one.id).due_at for one in (ALERT, SECOND)}
    assert account.set_disabled(in_hand, "station1", True, who="admin1", address="10.1.2.3") == 2
    assert stages(in_hand) == AFTER
    assert held(in_hand, "station1") == 0
    for alert in (ALERT, SECOND):
        decisions, state = history(in_hand, alert.id), state_of(in_hand, alert.id)
        assert replay(decisions) == state
        assert state.due_at == due_at[alert.id]
        assert (state.is_accepted, state.extension_by, state.extension_days) == (False, None, None)
        last = decisions[-1]
        assert (last.who, last.role, last.action) == ("admin1", "admin", "return")
        assert last.note == "承办账号已停用，退回待分办。"
    kept = [
        (one.target, one.who, one.address)
        for one in audit.entries(in_hand, action="act")
        if one.detail["action"] == "return"
    ]
    assert sorted(kept) == [(f"alert/{name}", "admin1", "10.1.2.3") for name in ("A-1", "A-2")]
    # Enabled again, it has no longer what was taken from it.
    assert account.set_disabled(in_hand, "station1", False, who="admin1") == 0
    assert stages(in_hand) == AFTER


def test_what_was_released_is_assigned_anew(in_hand: Ledger) -> None:
    account.set_disabled(in_hand, "station1", True, who="admin1")
    assert "station1" not in {username for username, *_ in candidates(in_hand, ALERT)}
    room = people.scope("room1", "room")
    state = do(in_hand, room, "assign", 2, handler="station2")
    assert (state.stage, state.handler) == ("assigned", "station2")
    assert replay(history(in_hand, ALERT.id)) == state


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({"name": "改名"}, 0),
        ({"regions": [COUNTY, "990203000000"]}, 0),
        ({"regions": ["990100000000"]}, 0),
        ({"regions": [ALERT.region_code]}, 2),
        ({"industries": ["relief"]}, 2),
        ({"units": ["U1"]}, 2),
        ({"role": "team"}, 2),
    ],
)
def test_less_to_see_releases(in_hand: Ledger, changed: dict, count: int) -> None:
    seen = account.find(in_hand, "station1")
    asked = {name: getattr(seen, name) for name in ("name", "role", "regions", "industries", "units")}
    assert account.change(in_hand, "station1", **{**asked, **changed}, who="admin1") == count
    assert stages(in_hand) == (AFTER if count else BEFORE)
    if count:
        assert history(in_hand, "A-1")[-1].note == "承办账号的角色或范围已变更，退回待分办。"


def test_a_change_that_fails_releases_nothing(in_hand: Ledger) -> None:
    seen = account.find(in_hand, "station1")
    account.change(
        in_hand,
        "station1",
        name="改名",
        role="station",
        regions=[COUNTY],
        industries=[ALL],
        units=[ALL],
        who="a",
    )
    with pytest.raises(CockpitError, match="刚被变更"):
        account.set_disabled(in_hand, "station1", True, expected=seen, who="admin1")
    assert stages(in_hand) == BEFORE


def test_nothing_in_hand(ledger: Ledger) -> None:
    people.people(ledger)
    assert held(ledger, "station1") == held(ledger, "nobody") == 0
    assert account.set_disabled(ledger, "station1", True, who="admin1") == 0
