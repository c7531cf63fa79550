"""A big screen's account: from its addresses alone, without idle limit, for counts alone."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, session
from cockpit.ledger.account import Account
from cockpit.scope import ALL, CASE_ROLES, Role, Scope

PASSWORD = "seven-green-lamps-4"
PLACE = {"regions": ["990100000000"], "industries": [ALL], "units": [ALL]}


def add(
    ledger: Ledger, username: str = "lobby", role: Role = "kiosk", addresses: tuple[str, ...] = ()
) -> Account:
    return account.add(
        ledger, username, name="大厅", role=role, password=PASSWORD, addresses=addresses, **PLACE, who="a"
    )


@pytest.mark.parametrize(
    ("networks", "address", "is_home"),
    [
        (("10.1.2.0/24",), "10.1.2.9", True),
        (("10.1.2.0/24",), "10.1.3.9", False),
        (("10.1.2.0/24",), "::ffff:10.1.2.9", True),
        (("10.1.2.7",), "10.1.2.7", True),
        (("10.1.2.7",), "10.1.2.8", False),
        (("10.1.2.7", "fd00::/8"), "fd00::9", True),
        (("10.1.2.0/24",), None, False),
        (("127.0.0.0/8",), None, True),
        (("10.1.2.0/24",), "nonsense", False),
    ],
)
def test_a_big_screen_is_used_from_its_addresses_alone(
    ledger: Ledger, networks: tuple[str, ...], address: str | None, is_home: bool
) -> None:
    add(ledger, addresses=networks)
    held = account.find(ledger, "lobby")
    assert held
    assert account.is_at_home(held, address) is is_home


def test_others_have_no_addresses_and_a_big_screen_some(ledger: Ledger) -> None:
    assert account.is_at_home(add(ledger, "boss", "leader"), "8.8.8.8")
    for role, addresses, words in (
        ("kiosk", (), "须给出允许登录的地址"),
        ("leader", ("10.0.0.1",), "只有大屏终端限定"),
        ("kiosk", ("0.0.0.0/0",), "等于没有限定"),
        ("kiosk", ("10.0.0",), "不是网络地址"),
    ):
        with pytest.raises(CockpitError, match=words):
            add(ledger, "another", role, addresses)  # type: ignore[arg-type]


def test_its_addresses_are_kept_in_one_form_and_a_change_ends_its_sessions(ledger: Ledger) -> None:
    made = add(ledger, addresses=("10.1.2.9/24", "10.1.2.0/24", " 10.0.0.1 "))
    assert made.addresses == ("10.0.0.1/32", "10.1.2.0/24")
    assert account.find(ledger, "lobby") == made
    account.change(ledger, "lobby", name="大厅", role="kiosk", addresses=["10.9.0.0/16"], **PLACE, who="a")
    after = account.find(ledger, "lobby")
    assert after
    assert (after.addresses, after.session_epoch) == (("10.9.0.0/16",), made.session_epoch + 1)
    with pytest.raises(CockpitError, match="没有任何变更"):
        account.change(
            ledger, "lobby", name="大厅", role="kiosk", addresses=["10.9.0.0/16"], **PLACE, who="a"
        )


def test_nobody_sits_before_a_big_screen(ledger: Ledger) -> None:
    wall, boss = add(ledger, addresses=("10.0.0.1",)), add(ledger, "boss", "leader")
    long_ago = datetime.now(UTC) - timedelta(days=3)
    for held, reason in ((wall, ""), (boss, "session idle")):
        with ledger.write() as connection:
            token, made = session.begin(connection, held, hours=24 * 30)
            connection.execute(
                session.table.update().where(session.table.c.id == made.key).values(seen_at=long_ago)
            )
        found = session.find(ledger, session.key_of(token) or "")
        assert found
        assert session.ended(*found, 30) == reason
        with ledger.read() as connection:
            assert len(session.live(connection, 30, [held.username])) == (not reason)


def test_it_sees_counts_and_no_cases() -> None:
    scope = Scope("lobby", "kiosk", ("990100000000",), (ALL,), (ALL,))
    assert (scope.sees_counts, scope.sees_cases) == (True, False)
    assert not Scope("lobby", "kiosk", (), (ALL,), (ALL,)).sees_counts
    assert "kiosk" not in CASE_ROLES
