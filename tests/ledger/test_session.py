from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, update

from cockpit.ledger import Ledger, account
from cockpit.ledger import session as sessions
from cockpit.ledger.tables import session as table

PASSWORD = "correct horse battery"


def add(ledger: Ledger, username: str = "room1") -> account.Account:
    return account.add(
        ledger,
        username,
        name="室",
        role="room",
        password=PASSWORD,
        regions=["990102000000", "990201000000"],
        industries=["b", "a"],
        units=["*"],
        who="test",
    )


def begin(ledger: Ledger, held: account.Account, hours: float = 8) -> tuple[str, sessions.Session]:
    with ledger.write() as connection:
        return sessions.begin(connection, held, hours=hours, address="10.0.0.9")


def move(ledger: Ledger, session: sessions.Session, **values: object) -> None:
    with ledger.write() as connection:
        connection.execute(update(table).where(table.c.id == session.key).values(**values))


def test_a_session_comes_back_with_its_account_in_one_statement(ledger: Ledger) -> None:
    made = add(ledger)
    token, begun = begin(ledger, made)
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    found = sessions.find(ledger, sessions.key_of(token) or "")
    assert found == (begun, made)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
    assert sessions.ended(*found, 30) == ""
    assert begun.expires_at - begun.began_at == timedelta(hours=8)


def test_an_account_without_scope_comes_back_too(ledger: Ledger) -> None:
    made = account.add(ledger, "log", name="审", role="auditor", password=PASSWORD, who="test")
    _, begun = begin(ledger, made)
    assert sessions.find(ledger, begun.key) == (begun, made)


def test_the_ledger_holds_nothing_that_opens(ledger: Ledger) -> None:
    token, begun = begin(ledger, add(ledger))
    assert token not in repr(begun)
    assert begun.key == sessions.key_of(token)
    assert sessions.key_of(begun.key) is None
    assert begun.id == begun.key[:16]
    assert sessions.find(ledger, begun.id) is None
    assert begin(ledger, add(ledger, "room2"))[0] != token


@pytest.mark.parametrize("token", ["", "x", "A" * 42, "A" * 44, "é" * 43, "A" * 42 + "=", "a.b.c"])
def test_what_is_no_token_has_no_key(token: str) -> None:
    assert sessions.key_of(token) is None


def test_why_a_session_is_over(ledger: Ledger) -> None:
    held = add(ledger)
    now = datetime.now(UTC)

    def why(idle: float = 30, **values: object) -> str:
        _, begun = begin(ledger, account.find(ledger, "room1") or held)
        if values:
            move(ledger, begun, **values)
        found = sessions.find(ledger, begun.key)
        assert found
        return sessions.ended(*found, idle)

    assert why() == ""
    assert why(seen_at=now - timedelta(minutes=29)) == ""
    assert why(seen_at=now - timedelta(minutes=30, seconds=1)) == "session idle"
    assert why(45, seen_at=now - timedelta(minutes=31)) == ""
    assert why(expires_at=now) == "session expired"
    assert why(ended_at=now) == "session ended"
    assert why(epoch=7) == "session revoked"
    _, begun = begin(ledger, held)
    account.set_disabled(ledger, "room1", True, who="test")
    found = sessions.find(ledger, begun.key)
    assert found
    assert sessions.ended(*found, 30) == "account disabled"


def test_who_is_signed_in_now_and_was_last(ledger: Ledger) -> None:
    held, other = add(ledger), add(ledger, "room2")
    now = datetime.now(UTC)
    _, live = begin(ledger, held)
    _, first = begin(ledger, other)
    assert len({live.key, first.key}) == 2
    for values in (
        {"ended_at": now},
        {"expires_at": now},
        {"epoch": 9},
        {"seen_at": now - timedelta(minutes=31)},
    ):
        move(ledger, begin(ledger, held)[1], **values)
    with ledger.read() as connection:
        assert {one.key for one in sessions.live(connection, 30)} == {live.key, first.key}
        assert [one.key for one in sessions.live(connection, 30, ["room2"])] == [first.key]
    account.end_sessions(ledger, "room2", who="test")
    with ledger.read() as connection:
        assert [one.key for one in sessions.live(connection, 30)] == [live.key]
        last = sessions.last_begun(connection)
        assert set(last) == {"room1", "room2"}
        assert last["room2"] == first.began_at
        assert last["room1"] >= live.began_at
        assert sessions.last_begun(connection, ["nobody"]) == {}


def test_ended_sessions_are_cleared_away_after_a_while(ledger: Ledger) -> None:
    held, other = add(ledger), add(ledger, "room2")
    week_ago = datetime.now(UTC) - timedelta(days=7, minutes=1)
    (_, old), (_, recent), (_, others) = (begin(ledger, one) for one in (held, held, other))
    move(ledger, old, expires_at=week_ago)
    move(ledger, others, expires_at=week_ago)
    move(ledger, recent, expires_at=week_ago + timedelta(days=1))
    begin(ledger, held)
    assert sessions.find(ledger, old.key) is None
    assert sessions.find(ledger, recent.key)
    # When another signed in last is still known.
    assert sessions.find(ledger, others.key)


def test_seeing_a_person_is_noted_in_a_session_that_goes_on(ledger: Ledger) -> None:
    _, begun = begin(ledger, add(ledger))
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    move(ledger, begun, seen_at=long_ago)
    found = sessions.find(ledger, begun.key)
    assert found
    assert sessions.is_unseen(found[0], 30)
    assert not sessions.is_unseen(begun, 30)
    # However soon a session ends, it is noted in time.
    assert sessions.seen_seconds(0.1) == 1.5
    assert not sessions.is_unseen(replace(begun, seen_at=datetime.now(UTC) - timedelta(seconds=50)), 30)
    assert sessions.is_unseen(replace(begun, seen_at=datetime.now(UTC) - timedelta(seconds=2)), 0.1)
    sessions.see(ledger, begun)
    found = sessions.find(ledger, begun.key)
    assert found
    assert found[0].seen_at > long_ago
    assert found[0].expires_at == begun.expires_at
