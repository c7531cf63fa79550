import pytest

from cockpit.ledger import Ledger, account, account_list, lockout
from cockpit.ledger import session as sessions
from cockpit.settings import Settings

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _accounts(ledger: Ledger, settings: Settings) -> None:
    def add(username: str, name: str, role: str, *regions: str, must_change_password: bool = False) -> None:
        every = ["*"] if regions else []
        account.add(
            ledger,
            username,
            name=name,
            role=role,
            password=PASSWORD,
            regions=regions,
            industries=every,
            units=every,
            must_change_password=must_change_password,
            who="test",
        )

    add("lead", "领导 A%b", "leader", "990000000000")
    add("room.1", "一室", "room", "990102000000")
    add("room_2", "二室", "room", "990201000000", "990102001000")
    add("st1", "站", "station", "990102001001", must_change_password=True)
    add("log", "审计", "auditor")
    account.set_disabled(ledger, "room_2", True, who="test")
    for _ in range(5):
        lockout.attempt(ledger, settings, "st1", None)
    for username in ("lead", "log", "log"):
        held = account.find(ledger, username)
        assert held
        with ledger.write() as connection:
            _, begun = sessions.begin(connection, held, hours=8)
    with ledger.write() as connection:
        sessions.end(connection, begun.key)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "lead log room.1 room_2 st1"),
        ({"search": "ROOM"}, "room.1 room_2"),
        ({"search": "_"}, "room_2"),
        ({"search": "%"}, "lead"),
        ({"search": "a%B"}, "lead"),
        ({"search": " 室 "}, "room.1 room_2"),
        ({"search": "' or 1=1 --"}, ""),
        ({"role": "room"}, "room.1 room_2"),
        ({"state": "active"}, "lead log room.1 st1"),
        ({"state": "disabled"}, "room_2"),
        ({"state": "locked"}, "st1"),
        ({"state": "initial"}, "st1"),
        ({"state": "online"}, "lead log"),
        ({"state": "never"}, "room.1 room_2 st1"),
        ({"region": "990000000000"}, "lead room.1 room_2 st1"),
        ({"region": "990102000000"}, "lead room.1 room_2 st1"),
        ({"region": "990102001001"}, "lead room.1 room_2 st1"),
        ({"region": "990102001002"}, "lead room.1 room_2"),
        ({"region": "990102002000"}, "lead room.1"),
        ({"region": "990201000000"}, "lead room_2"),
        ({"region": "990300000000"}, "lead"),
        ({"region": "990201000000", "state": "active", "role": "leader"}, "lead"),
    ],
)
def test_what_is_asked_for(settings: Settings, ledger: Ledger, asked: dict[str, str], expected: str) -> None:
    found, total = account_list.page(ledger, settings, **asked)  # type: ignore[arg-type]
    assert sorted(one.account.username for one in found) == expected.split()
    assert total == len(found)


def test_what_is_known_of_each(settings: Settings, ledger: Ledger) -> None:
    known = {one.account.username: one for one in account_list.everyone(ledger, settings)}
    assert [name for name, one in known.items() if one.is_locked] == ["st1"]
    assert {name: one.count_sessions for name, one in known.items() if one.count_sessions} == {
        "lead": 1,
        "log": 1,
    }
    assert {name for name, one in known.items() if one.last_at} == {"lead", "log"}
    assert account_list.one(ledger, settings, "lead") == known["lead"]
    assert known["room_2"].account == account.find(ledger, "room_2")
    assert account_list.one(ledger, settings, "nobody") is None
    assert {(one.username, name, role) for one, name, role in account_list.online(ledger, settings)} == {
        ("lead", "领导 A%b", "leader"),
        ("log", "审计", "auditor"),
    }


def test_pages_make_up_the_whole(settings: Settings, ledger: Ledger) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings.__dict__, "list_page_rows", 2)
        pages = [account_list.page(ledger, settings, number=number) for number in (1, 2, 3, 4)]
    assert [total for _, total in pages] == [5] * 4
    names = [one.account.username for found, _ in pages for one in found]
    assert [len(found) for found, _ in pages] == [2, 2, 1, 0]
    assert sorted(names) == ["lead", "log", "room.1", "room_2", "st1"]
