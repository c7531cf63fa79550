import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, lockout
from cockpit.ledger.tables import sign_in_failure as table
from cockpit.settings import Settings


def tries(
    ledger: Ledger, settings: Settings, name: str, count: int, address: str | None = None
) -> list[bool]:
    return [lockout.attempt(ledger, settings, name, address).is_refused for _ in range(count)]


def forgive(ledger: Ledger, tried: lockout.Attempt) -> None:
    with ledger.write() as connection:
        lockout.forgive(connection, tried)


def test_the_sixth_try_is_refused_and_the_fifth_locks(settings: Settings, ledger: Ledger) -> None:
    tried = [lockout.attempt(ledger, settings, "room1", None) for _ in range(6)]
    assert [one.is_refused for one in tried] == [False] * 5 + [True]
    assert [one.locks for one in tried] == [False] * 4 + [True, False]
    assert tries(ledger, settings, "room2", 1) == [False]


@pytest.mark.parametrize("username", ["room1", "unknown"])
def test_twenty_at_once_get_no_more_than_five(settings: Settings, ledger: Ledger, username: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        refused = list(
            pool.map(lambda _: lockout.attempt(ledger, settings, username, None).is_refused, range(20))
        )
    assert refused.count(False) == 5


def test_a_right_password_at_the_limit_takes_its_lock_back(settings: Settings, ledger: Ledger) -> None:
    tries(ledger, settings, "room1", 4, "10.0.0.9")
    right = lockout.attempt(ledger, settings, "room1", "10.0.0.9")
    assert right.locks
    forgive(ledger, right)
    assert tries(ledger, settings, "room1", 1) == [False]
    # Its address keeps the four failures.
    assert tries(ledger, settings, "room2", 2, "10.0.0.9") == [False, True]


def test_one_good_account_does_not_open_an_address_for_guesses(settings: Settings, ledger: Ledger) -> None:
    refused = []
    for number in range(8):
        refused += tries(ledger, settings, f"guess{number}", 1, "10.0.0.9")
        tried = lockout.attempt(ledger, settings, "mine", "10.0.0.9")
        if not tried.is_refused:
            forgive(ledger, tried)
    assert refused == [False] * 5 + [True] * 3


def test_all_of_an_ipv6_network_is_one_address(settings: Settings, ledger: Ledger) -> None:
    for number in range(5):
        tries(ledger, settings, f"guess{number}", 1, f"2001:db8:1:2::{number}")
    assert tries(ledger, settings, "x1", 1, "2001:db8:1:2:ffff::9") == [True]
    assert tries(ledger, settings, "x1", 1, "2001:db8:1:3::9") == [False]
    assert tries(ledger, settings, "x1", 1, "no address") == [False]


def test_behind_a_proxy_addresses_need_not_count(settings: Settings, ledger: Ledger) -> None:
    proxied = settings.model_copy(update={"lock_addresses": False})
    assert not any(lockout.attempt(ledger, proxied, f"n{i}", "10.0.0.1").is_refused for i in range(9))
    assert not any(lockout.attempt(ledger, settings, f"m{i}", None).is_refused for i in range(9))


def test_locks_and_failures_pass_with_time(settings: Settings, ledger: Ledger) -> None:
    tries(ledger, settings, "room1", 5)
    now = datetime.now(UTC)
    with ledger.write() as connection:
        [until] = connection.execute(select(table.c.locked_until)).scalars()
        assert abs(until - now - timedelta(minutes=15)) < timedelta(seconds=10)
        connection.execute(update(table).values(locked_until=now))
    assert tries(ledger, settings, "room1", 4) == [False] * 4
    with ledger.write() as connection:
        connection.execute(update(table).values(since=now - timedelta(minutes=15, seconds=1)))
    tries(ledger, settings, "other", 1)
    with ledger.read() as connection:
        # What no longer counts is gone.
        assert connection.execute(select(table.c.count)).scalars().all() == [1]


def test_an_administrator_unlocks(settings: Settings, ledger: Ledger) -> None:
    account.add(ledger, "room1", name="室", role="auditor", password="correct horse battery", who="test")
    with pytest.raises(CockpitError, match="没有被锁定"):
        lockout.unlock(ledger, settings, "room1", who="admin")
    tries(ledger, settings, "room1", 5)
    tries(ledger, settings, "unknown", 5)
    with ledger.read() as connection:
        assert lockout.locked(connection, settings) == {"room1"}
        assert lockout.locked(connection, settings, ["room2"]) == set()
    lockout.unlock(ledger, settings, "room1", who="admin", session="s", address="a")
    assert tries(ledger, settings, "room1", 1) == [False]
    [entry] = audit.entries(ledger, action="account_unlock")
    assert (entry.who, entry.target, entry.session, entry.address) == ("admin", "room1", "s", "a")


def test_names_are_kept_as_keyed_hashes(settings: Settings, ledger: Ledger) -> None:
    tries(ledger, settings, "my secret password", 1, "10.0.0.9")
    with ledger.read() as connection:
        keys = connection.execute(select(table.c.key)).scalars().all()
    plain = {hashlib.sha256(text.encode()).hexdigest() for text in ("my secret password", "10.0.0.9")}
    assert len(set(keys)) == 2
    assert not plain & set(keys)
