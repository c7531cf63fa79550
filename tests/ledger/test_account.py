import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit
from cockpit.scope import Scope
from tests.postgres import SQLITE_ONLY

GOOD = "correct horse battery"


def add(ledger: Ledger, username: str = "zhang.san", **values: object) -> account.Account:
    given = {
        "name": "张三",
        "role": "room",
        "password": GOOD,
        "regions": ["990102000000"],
        "industries": ["*"],
        "units": ["U1", "U2"],
        "who": "test",
    }
    return account.add(ledger, username, **(given | values))  # type: ignore[arg-type]


def test_an_account_comes_back_as_it_went(ledger: Ledger) -> None:
    made = add(ledger)
    found = account.find(ledger, "zhang.san")
    assert found == made
    assert (found.name, found.role, found.is_disabled, found.session_epoch) == ("张三", "room", False, 0)
    assert bcrypt.checkpw(GOOD.encode(), found.password_hash.encode())
    assert account.find(ledger, "nobody") is None
    assert account.find(ledger, "zhang_san") is None  # no wildcard
    assert "$2b$" not in repr(found)


def test_scope_round_trip(ledger: Ledger) -> None:
    add(
        ledger,
        regions=["990102001000", "990102000000", "990201000000"],
        industries=["farm", "*"],
        units=["b", "a"],
    )
    found = account.find(ledger, "zhang.san")
    assert found
    assert account.scope_of(found) == Scope(
        "zhang.san", "room", ("990102000000", "990201000000"), ("*",), ("a", "b")
    )
    assert (found.regions, found.industries) == (("990102000000", "990201000000"), ("*",))


def test_accounts_are_listed_with_their_own_scope(ledger: Ledger) -> None:
    assert account.accounts(ledger) == []
    b = add(ledger, "b1", regions=["990100000000"])
    a = add(ledger, "a1", role="auditor", regions=[], industries=[], units=[])
    assert account.accounts(ledger) == [a, b]
    assert (a.regions, a.industries, a.units) == ((), (), ())


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_sees_no_cases_has_no_scope(ledger: Ledger, role: str) -> None:
    with pytest.raises(CockpitError, match="不能给范围"):
        add(ledger, role=role)
    made = add(ledger, role=role, regions=[], industries=[], units=[])
    assert not account.scope_of(made).sees_cases


@pytest.mark.parametrize("role", ["leader", "room", "team", "station"])
@pytest.mark.parametrize("missing", ["regions", "industries", "units"])
def test_an_empty_scope_is_refused_never_widened(ledger: Ledger, role: str, missing: str) -> None:
    with pytest.raises(CockpitError, match="空范围什么都看不到"):
        add(ledger, role=role, **{missing: []})
    assert account.accounts(ledger) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"username": "Zhang"}, "用户名"),
        ({"username": "a"}, "用户名"),
        ({"username": "a b"}, "用户名"),
        ({"username": "cli:root"}, "用户名"),
        ({"username": "zhang\n"}, "用户名"),
        ({"username": "a" * 33}, "用户名"),
        ({"name": "  "}, "显示名"),
        ({"name": "x" * 41}, "显示名"),
        ({"name": "a\u202eb"}, "显示名"),
        ({"role": "boss"}, "没有角色"),
        ({"role": ""}, "没有角色"),
        ({"regions": ["9901"]}, "区划代码"),
        ({"regions": ["*"]}, "区划代码"),
        ({"industries": ["a,b"]}, "行业代码"),
        ({"industries": [""]}, "行业代码"),
        ({"units": ["a|b"]}, "单位代码"),
        ({"units": ["a*"]}, "单位代码"),
        ({"password": "short"}, "至少 12 位"),
        ({"password": "x" * 73}, "过长"),
        ({"password": "密" * 25}, "过长"),
        ({"password": " leading blanks"}, "空格"),
        ({"password": "has\x00zero inside"}, "控制字符"),
        ({"password": "xxZhang.Sanxxxx"}, "不能包含用户名"),
    ],
)
def test_what_is_wrong_is_said(ledger: Ledger, values: dict[str, object], message: str) -> None:
    with pytest.raises(CockpitError, match=message):
        add(ledger, **values)  # type: ignore[arg-type]
    assert account.accounts(ledger) == []
    assert audit.count(ledger) == 0


def test_a_name_is_taken_once(ledger: Ledger) -> None:
    made = add(ledger)
    with pytest.raises(CockpitError, match="账号已存在"):
        add(ledger, role="leader")
    assert account.accounts(ledger) == [made]


def test_a_new_password_replaces_the_old_and_ends_sessions(ledger: Ledger) -> None:
    before = add(ledger)
    account.set_password(ledger, "zhang.san", "another good password", who="test")
    after = account.find(ledger, "zhang.san")
    assert after
    assert not bcrypt.checkpw(GOOD.encode(), after.password_hash.encode())
    assert bcrypt.checkpw(b"another good password", after.password_hash.encode())
    assert after.session_epoch == before.session_epoch + 1
    assert after.password_changed_at > before.password_changed_at
    assert after.created_at == before.created_at
    with pytest.raises(CockpitError, match="没有这个账号"):
        account.set_password(ledger, "nobody", GOOD, who="test")
    with pytest.raises(CockpitError, match="12"):
        account.set_password(ledger, "zhang.san", "short", who="test")


def test_disabling_hides_all_and_ends_sessions_for_good(ledger: Ledger) -> None:
    made = add(ledger)
    account.set_disabled(ledger, "zhang.san", True, who="test")
    off = account.find(ledger, "zhang.san")
    assert off
    assert off.is_disabled
    assert not account.scope_of(off).sees_cases
    account.set_disabled(ledger, "zhang.san", False, who="test")
    on = account.find(ledger, "zhang.san")
    assert on
    assert on.session_epoch == made.session_epoch + 1
    assert account.scope_of(on) == account.scope_of(made)
    with pytest.raises(CockpitError, match="没有这个账号"):
        account.set_disabled(ledger, "nobody", True, who="test")


def test_every_change_is_in_the_audit_without_a_password(ledger: Ledger) -> None:
    add(ledger)
    account.set_password(ledger, "zhang.san", "another good password", who="cli:root")
    account.set_disabled(ledger, "zhang.san", True, who="cli:root")
    account.set_disabled(ledger, "zhang.san", False, who="cli:root")
    rows = audit.entries(ledger)[::-1]
    assert [(row.who, row.action, row.target) for row in rows] == [
        ("test", "account_add", "zhang.san"),
        ("cli:root", "account_password", "zhang.san"),
        ("cli:root", "account_disable", "zhang.san"),
        ("cli:root", "account_enable", "zhang.san"),
    ]
    assert rows[0].detail == {
        "name": "张三",
        "role": "room",
        "region": ["990102000000"],
        "industry": ["*"],
        "unit": ["U1", "U2"],
    }
    assert not any("good" in str(row) or "$2b$" in str(row) for row in rows)


def test_an_account_is_not_made_when_it_cannot_be_recorded(ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(text("drop table audit"))
    with pytest.raises(CockpitError):
        add(ledger)
    assert account.accounts(ledger) == []


@given(st.text("abcdefgh2345._-", min_size=2, max_size=12))
def test_a_generated_password_is_always_accepted(username: str) -> None:
    password = account.generated_password(username)
    account.check_password(username, password)
    assert not set(password) & set("01loiI")
    assert account.generated_password(username) != password


@SQLITE_ONLY
def test_one_account_is_found_alike_among_many(ledger: Ledger) -> None:
    add(ledger)
    statements: list[str] = []
    event.listen(
        ledger.engine,
        "before_cursor_execute",
        lambda c, cursor, statement, values, *rest: statements.append(statement),
    )
    first = account.find(ledger, "zhang.san")
    among_few = list(statements)
    fill(ledger, 30_000)
    statements.clear()
    assert account.find(ledger, "zhang.san") == first
    assert statements == among_few
    queries = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(queries) == 2
    for query in queries:
        with ledger.read() as connection:
            steps = connection.exec_driver_sql(f"explain query plan {query}", ("zhang.san",)).all()
        assert steps[0].detail.startswith("SEARCH account")
        assert "username=?" in steps[0].detail


def fill(ledger: Ledger, count: int) -> None:
    """Put station accounts into the ledger that are copies of the one there."""
    with ledger.write() as connection:
        connection.execute(
            text(
                "insert into account (username, name, role, password_hash, is_disabled, created_at, "
                "password_changed_at, session_epoch) select 's' || value, name, role, password_hash, "
                "is_disabled, created_at, password_changed_at, session_epoch from account, "
                "(with recursive n(value) as (select 1 union all select value + 1 from n "
                "where value < :count) select value from n) as numbers"
            ),
            {"count": count},
        )
        connection.execute(
            text(
                "insert into account_scope select username, kind, '*' from account, "
                "(select 'industry' as kind union all select 'unit') as kinds where username like 's%'"
            )
        )


def change(ledger: Ledger, username: str = "zhang.san", **values: object) -> None:
    given = {
        "name": "张三",
        "role": "room",
        "regions": ["990102000000"],
        "industries": ["*"],
        "units": ["U1", "U2"],
        "who": "admin",
    }
    account.change(ledger, username, **(given | values))  # type: ignore[arg-type]


ADMIN = {"role": "admin", "regions": [], "industries": [], "units": []}


@pytest.mark.parametrize(
    ("values", "is_ended"),
    [
        ({"name": "李四"}, False),
        ({"role": "leader"}, True),
        ({"regions": ["990201000000"]}, True),
        ({"regions": ["990102000000", "990102001000"], "name": "李四"}, False),
        ({"industries": ["edu"]}, True),
        ({"units": ["U2"]}, True),
    ],
)
def test_a_new_role_or_scope_ends_sessions(ledger: Ledger, values: dict[str, object], is_ended: bool) -> None:
    before = add(ledger)
    change(ledger, **values)
    after = account.find(ledger, "zhang.san")
    assert after
    assert after.session_epoch == before.session_epoch + is_ended
    kept = {"name", "role", "regions", "industries", "units", "session_epoch"}
    assert {k: v for k, v in vars(after).items() if k not in kept} == {
        k: v for k, v in vars(before).items() if k not in kept
    }
    [entry] = audit.entries(ledger, action="account_change")
    names = {"regions": "region", "industries": "industry", "units": "unit"}
    for key, value in values.items():
        expected = ["990102000000"] if value == ["990102000000", "990102001000"] else value
        assert entry.detail["after"][names.get(key, key)] == expected
    assert entry.detail["before"]["name"] == "张三"


def test_no_change_or_one_that_will_not_do_is_refused(ledger: Ledger) -> None:
    before = add(ledger)
    for values, sentence in (
        ({}, "没有任何变更"),
        ({"name": ""}, "显示名"),
        ({"role": "boss"}, "没有角色"),
        ({"role": "admin"}, "不能给范围"),
        ({"regions": []}, "空范围"),
        ({"username": "nobody"}, "没有这个账号"),
    ):
        with pytest.raises(CockpitError, match=sentence):
            change(ledger, **values)  # type: ignore[arg-type]
    assert account.find(ledger, "zhang.san") == before
    assert audit.count(ledger) == 1


def test_nobody_gives_himself_a_role_or_scope(ledger: Ledger) -> None:
    add(ledger, "admin", **ADMIN)
    add(ledger, "admin2", **ADMIN)
    with pytest.raises(CockpitError, match="不能变更自己"):
        change(ledger, "admin", who="admin")
    change(ledger, "admin", who="admin", name="管理员", **ADMIN)
    with pytest.raises(CockpitError, match="不能给范围"):
        change(ledger, "admin2", role="admin")
    change(ledger, "admin", who="admin2")


def test_an_administrator_always_remains(ledger: Ledger) -> None:
    add(ledger, "admin", **ADMIN)
    add(ledger, "off1", **ADMIN)
    account.set_disabled(ledger, "off1", True, who="x")
    with pytest.raises(CockpitError, match="最后一个"):
        account.set_disabled(ledger, "admin", True, who="x")
    with pytest.raises(CockpitError, match="最后一个"):
        change(ledger, "admin", who="x")
    account.set_disabled(ledger, "off1", False, who="x")
    account.set_disabled(ledger, "admin", True, who="x")


def test_what_was_seen_must_still_hold(ledger: Ledger) -> None:
    seen = add(ledger)
    account.set_disabled(ledger, "zhang.san", True, who="admin2")
    for act in (
        lambda: change(ledger, name="李四", expected=seen),
        lambda: account.set_disabled(ledger, "zhang.san", False, expected=seen, who="admin"),
        lambda: account.reset_password(ledger, "zhang.san", expected=seen, who="admin"),
    ):
        with pytest.raises(CockpitError, match=r"刚被变更：admin2 于 .* 停用账号"):
            act()
    account.set_disabled(ledger, "zhang.san", False, expected=account.find(ledger, "zhang.san"), who="admin")
    assert audit.count(ledger) == 3


def test_a_reset_gives_a_password_that_must_be_changed_in_time(ledger: Ledger) -> None:
    before = add(ledger)
    password = account.reset_password(ledger, "zhang.san", who="admin", session="s", address="a")
    after = account.find(ledger, "zhang.san")
    assert after
    assert bcrypt.checkpw(password.encode(), after.password_hash.encode())
    assert (after.must_change_password, after.session_epoch) == (True, before.session_epoch + 1)
    assert not account.is_stale(after, 14)
    assert account.is_stale(after, -0.001)
    [entry] = audit.entries(ledger, action="account_reset")
    assert (entry.who, entry.target, entry.session, entry.address) == ("admin", "zhang.san", "s", "a")
    assert password not in str(entry)
    account.set_password(ledger, "zhang.san", "jade falcon over lakes", who="zhang.san")
    after = account.find(ledger, "zhang.san")
    assert after
    assert not after.must_change_password
    assert not account.is_stale(after, -0.001)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("aaaaaaaaaaaaaaaa", "5 种"),
        ("abababababababab", "5 种"),
        ("passwordpassword", "反复"),
        ("qx7z1qx7z1qx7z1", "反复"),
        ("abcdefghijklmnop", "连续"),
        ("1234567890abc", "连续"),
        ("aaabbbcccdddeee", "连续"),
        ("987654321987x", "连续"),
        ("我是张三我住甲村我姓张", "至少 12"),
        ("张三住在甲村东头第三家院子", "姓名"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, sentence: str) -> None:
    with pytest.raises(CockpitError, match=sentence):
        account.check_password("zhang.san", password, "张三")


def test_the_password_of_before_will_not_do(ledger: Ledger) -> None:
    add(ledger)
    with pytest.raises(CockpitError, match="不能与现密码相同"):
        account.set_password(ledger, "zhang.san", GOOD, who="zhang.san")


@pytest.mark.parametrize(
    "password",
    ["jade falcon over lakes", "春江潮水连海平海上明月共潮", "Tr0ub4dor&3-xk", "7hg2-kkw9-pqm4-zzt3"],
)
def test_a_password_of_many_signs_will_do(password: str) -> None:
    account.check_password("zhang.san", password, "张三")


@pytest.mark.parametrize("username", ["", "-", "x"])
def test_a_name_too_short_to_be_one_forbids_no_password(username: str) -> None:
    # Whoever asked for a password for the empty name would look for one for ever.
    account.check_password(username, "7hg2-kkw9-pqm4-zxt3")


def test_every_session_is_ended_at_once(ledger: Ledger) -> None:
    before = add(ledger)
    account.end_sessions(ledger, "zhang.san", who="admin")
    after = account.find(ledger, "zhang.san")
    assert after
    assert after.session_epoch == before.session_epoch + 1
    [entry] = audit.entries(ledger, action="session_end")
    assert (entry.who, entry.target) == ("admin", "zhang.san")
    with pytest.raises(CockpitError, match="没有这个账号"):
        account.end_sessions(ledger, "nobody", who="admin")
