"""Who may do what, against tables written out by hand."""

from datetime import UTC, datetime
from itertools import product

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.error import CockpitError
from cockpit.ledger import Ledger
from cockpit.loop.decision import Closed, history, state_of
from cockpit.loop.state import AlertState, begun
from cockpit.loop.transition import TRANSITIONS, closed, holds, tasks
from cockpit.scope import ALL, ROLES, Scope
from cockpit.views import store
from tests.loop import people
from tests.loop.people import ALERT, COUNTY, ELSEWHERE, STAGES, at_stage, scope

# Who may do it at the stage: l leader, r room, t team, s station. Columns: raised, assigned, verified, disposed,
# applied, assessed. For somebody who has had no part in the alert, with nothing asked for …
STRANGER = """
assign             lr  lr  .   .   .   .
accept             .   .   .   .   .   .
verify             .   .   .   .   .   .
dispose            .   .   lrt .   .   .
refer              .   .   lrt .   .   .
apply              .   .   .   lr  .   .
assess             .   .   .   .   l   .
return             .   .   lrt lr  l   .
urge               lr  lr  lr  lr  lr  .
request_extension  .   .   lrt .   .   .
approve_extension  .   .   .   .   .   .
refuse_extension   .   .   .   .   .   .
"""
# … and what differs for others. The handler who has not yet accepted:
HANDLER = """
accept             .   rts .   .   .   .
return             .   rts lrt lr  l   .
urge               .   .   .   .   .   .
request_extension  .   .   lrts .  .   .
"""
# The handler who has accepted:
ACCEPTED = """
verify             .   rts .   .   .   .
return             .   rts lrt lr  l   .
urge               .   .   .   .   .   .
request_extension  .   rts lrts .  .   .
"""
# Who has verified it, alone or among others, and is the handler no more:
VERIFIER = """
dispose            .   .   .   .   .   .
refer              .   .   .   .   .   .
assess             .   .   .   .   .   .
return             .   .   .   lr  l   .
request_extension  .   .   .   .   .   .
"""
# Who has disposed of it:
DISPOSER = """
assess             .   .   .   .   .   .
"""
# Somebody else has asked for an extension:
ASKED = """
request_extension  .   .   .   .   .   .
approve_extension  .   lr  lr  .   .   .
refuse_extension   .   lr  lr  .   .   .
"""
# They have asked for it themselves:
REQUESTER = """
request_extension  .   .   .   .   .   .
"""
# The alert is unsubstantiated:
REFUTED = """
refer              .   .   .   .   .   .
"""
PARTS: dict[str, tuple[str, dict[str, object]]] = {
    "stranger": ("", {}),
    "handler": (HANDLER, {"handler": "me"}),
    "accepted handler": (ACCEPTED, {"handler": "me", "is_accepted": True}),
    "accepted by another": ("", {"handler": "other", "is_accepted": True}),
    "verifier": (VERIFIER, {"verified_by": "me"}),
    "verifier of an earlier round": (VERIFIER, {"verified_by": "me other"}),
    "not quite the verifier": ("", {"verified_by": "mee xme"}),
    "disposer": (DISPOSER, {"disposed_by": "other me"}),
    "asked": (ASKED, {"extension_by": "other", "extension_days": 5}),
    "requester": (REQUESTER, {"extension_by": "me", "extension_days": 5}),
    "refuted": (REFUTED, {"finding": "unsubstantiated"}),
}
INITIAL = {"l": "leader", "r": "room", "t": "team", "s": "station"}


def table(text: str) -> dict[tuple[str, str], set[str]]:
    """Read a table: which roles, by action and stage."""
    return {
        (action, stage): {INITIAL[sign] for sign in cell if sign != "."}
        for action, *cells in (line.split() for line in text.strip().splitlines() if line)
        for stage, cell in zip(STAGES, cells, strict=True)
    }


def test_the_tables_above_name_every_action() -> None:
    assert {*table(STRANGER)} == {*product(TRANSITIONS, STAGES)}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("role", ROLES)
def test_open_exactly_where_the_tables_say(part: str, role: str) -> None:
    text, changes = PARTS[part]
    expected = table(STRANGER) | table(text)
    me, out = scope("me", role), scope("me", role, ELSEWHERE)
    for (action, stage), roles in expected.items():
        state = begun(at_stage(stage))._replace(version=3, **changes)
        reason = closed(action, state, me, ALERT)
        assert (reason is None) == (role in roles), (action, stage, reason)
        assert reason is None or reason.endswith("。")
        assert closed(action, state, out, ALERT) == "这条预警不在您的权限范围内。"


@pytest.mark.parametrize("role", ROLES)
def test_act_opens_exactly_what_the_table_says(ledger: Ledger, role: str) -> None:
    """Every action at every stage, in and out of scope, as one who has had no part: written or denied, nothing between."""
    people.people(ledger)
    expected = table(STRANGER)
    for (action, stage), is_in in product(expected, (True, False)):
        me = scope(f"{role}2", role, COUNTY if is_in else ELSEWHERE)
        alert = at_stage(stage, people.replace(ALERT, id=f"{action}-{stage}-{is_in}"))
        if is_in and role in expected[action, stage]:
            assert people.do(ledger, me, action, 0, alert).version == 1
        else:
            with pytest.raises(Closed):
                people.do(ledger, me, action, 0, alert)
            assert history(ledger, alert.id) == []
            assert state_of(ledger, alert.id) is None


def code(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*values, None, "", "*"])


def scopes() -> st.SearchStrategy[Scope]:
    codes = st.lists(st.sampled_from(["a", "b", "", ALL]), max_size=2).map(tuple)
    regions = st.lists(st.sampled_from([COUNTY, ELSEWHERE, "990102001000", "990000000000"]), max_size=2)
    return st.builds(
        Scope, st.sampled_from(["me", "x"]), st.sampled_from(ROLES), regions.map(tuple), codes, codes
    )


@pytest.fixture(scope="module")
def cursor() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in ("region_in_scope", "in_scope_count", "in_scope"):
        connection.execute((store.FOLDER / "macro" / f"{name}.sql").read_text(encoding="utf-8"))
    return connection


@given(
    who=scopes(),
    region=st.sampled_from([COUNTY, ELSEWHERE, "990102001003", "990102002000", "980000000000"]),
    industry=st.sampled_from(["a", "b", "", None]),
    unit=st.sampled_from(["a", "b", "", None]),
)
def test_the_scope_is_that_of_the_views(
    cursor: duckdb.DuckDBPyConnection, who: Scope, region: str, industry: str | None, unit: str | None
) -> None:
    for name, value in store.scope_variables(who).items():
        cursor.execute(f"set variable {name} = $value", {"value": value})
    [[seen]] = cursor.execute(
        "select coalesce(in_scope($region, $industry, $unit), false)",
        {"region": region, "industry": industry, "unit": unit},
    ).fetchall()
    alert = people.replace(ALERT, region_code=region, industry_code=industry, unit_id=unit)
    assert holds(who, alert) == seen


def test_nobody_and_no_region_hold_nothing() -> None:
    assert not holds(scope("", "leader"), ALERT)
    assert not holds(scope("me", "leader"), people.replace(ALERT, region_code="990102"))


NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Task of whom: the leader (by level, due date, urged), the room, the team, the station; me is the handler.
        ({"stage": "raised"}, {"leader": ["urge"], "room": ["assign"]}),
        ({"stage": "raised", "is_urged": True}, {"room": ["assign"]}),
        ({"stage": "raised", "due_at": None}, {"room": ["assign"]}),
        ({"stage": "raised", "due_at": NOW}, {"room": ["assign"]}),
        ({"stage": "assigned", "is_urged": True}, {"room": ["assign"]}),
        ({"stage": "assigned", "is_urged": True, "handler": "x"}, {}),
        (
            {"stage": "assigned", "is_urged": True, "handler": "me"},
            {"room": ["accept"], "team": ["accept"], "station": ["accept"]},
        ),
        (
            {"stage": "assigned", "is_urged": True, "handler": "me", "is_accepted": True},
            {"room": ["verify"], "team": ["verify"], "station": ["verify"]},
        ),
        ({"stage": "verified", "is_urged": True}, {"room": ["dispose"], "team": ["dispose"]}),
        ({"stage": "verified", "is_urged": True, "verified_by": "x me"}, {}),
        (
            {"stage": "verified", "is_urged": True, "verified_by": "me", "extension_by": "x"},
            {"leader": ["approve_extension"], "room": ["approve_extension"]},
        ),
        (
            {"stage": "verified", "is_urged": True, "extension_by": "me"},
            {"room": ["dispose"], "team": ["dispose"]},
        ),
        ({"stage": "disposed"}, {"room": ["apply"]}),
        ({"stage": "applied"}, {"leader": ["assess"]}),
        ({"stage": "applied", "disposed_by": "me"}, {}),
        ({"stage": "assessed"}, {}),
    ],
)
def test_whose_task_it_is(changes: dict[str, object], expected: dict[str, list[str]]) -> None:
    state: AlertState = begun(ALERT)._replace(**changes)
    found = {role: [*tasks(state, scope("me", role), ALERT, now=NOW)] for role in ROLES}
    assert {role: names for role, names in found.items() if names} == expected
    assert not any(tasks(state, scope("me", role, ELSEWHERE), ALERT, now=NOW) for role in ROLES)


def test_only_red_alerts_are_the_leaders_to_urge() -> None:
    alert = people.replace(ALERT, alert_level="yellow")
    assert tasks(begun(alert), scope("me", "leader"), alert, now=NOW) == ()


def test_reasons_are_said_to_whom_they_concern() -> None:
    state = begun(at_stage("verified"))
    verified = state._replace(verified_by="me")
    assert closed("dispose", verified, scope("me", "room"), ALERT) == (
        "您核查过这条预警，不能再办理“处置”：核查与审批不得为同一账号。"
    )
    assert closed("dispose", state, scope("me", "station"), ALERT) == (
        "“处置”只能由委领导、监督检查室、派驻组办理。"
    )
    assert closed("apply", state, scope("me", "room"), ALERT) == "当前环节是“核查”，不能办理“运用”。"
    assert issubclass(Closed, CockpitError)
