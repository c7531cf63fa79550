import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bcrypt
import pytest
import streamlit as st
from sqlalchemy import event, text
from streamlit.testing.v1 import AppTest

from cockpit.ledger import Ledger, account, audit, lockout, open_ledger, store
from cockpit.ledger import session as sessions
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.ui import signin

PASSWORD = "correct horse battery"
WRONG = "用户名或密码不正确，或账号已停用。"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path))
    account.nobody_hash.cache_clear()
    yield Settings(home=tmp_path, ledger_url="")
    for ledger in store._open.values():
        ledger.engine.dispose()
    account.nobody_hash.cache_clear()


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    made = open_ledger(settings)
    for username, region in (("room1", "990102000000"), ("room2", "990201000000")):
        account.add(
            made,
            username,
            name="室",
            role="room",
            password=PASSWORD,
            regions=[region],
            industries=["*"],
            units=["*"],
            who="test",
        )
    return made


@pytest.fixture(autouse=True)
def browser_cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The cookies a new connection brings; without a browser the test library gives mocks for them."""
    cookies: dict[str, str] = {}
    monkeypatch.setattr(type(st.context), "cookies", property(lambda self: cookies))
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.0.9"))
    return cookies


def app() -> None:
    import streamlit as st

    from cockpit.settings import Settings
    from cockpit.ui import signin

    settings = Settings()
    scope = signin.sign_in(settings)
    if scope is not None:
        st.write(f"秘密 {scope.who} {scope.role} {','.join(scope.regions)}")
        st.session_state["last seen"] = scope.who
        signin.sign_out_button(settings)


def opened() -> AppTest:
    return AppTest.from_function(app, default_timeout=20).run()


def tried(page: AppTest, username: str, password: str) -> AppTest:
    page.text_input[0].set_value(username)
    page.text_input[1].set_value(password)
    return page.button[0].click().run()


def go_on(page: AppTest) -> AppTest:
    """Go on without the component that writes the cookie: it does not run here."""
    assert "秘密" not in texts(page)
    assert not page.text_input
    return page.button[0].click().run()


def signed_in(username: str = "room1") -> AppTest:
    return go_on(tried(opened(), username, PASSWORD))


def texts(page: AppTest) -> str:
    assert not page.exception
    parts = (*page.title, *page.markdown, *page.caption, *page.error, *page.info, *page.subheader)
    return "\n".join(part.value for part in parts)


def is_form_alone(page: AppTest) -> bool:
    return [field.label for field in page.text_input] == ["用户名", "密码"] and "秘密" not in texts(page)


def actions(ledger: Ledger) -> list[tuple[str, str, object]]:
    rows = [row for row in audit.entries(ledger)[::-1] if not row.action.startswith("account")]
    return [(row.who, row.action, row.detail and row.detail["reason"]) for row in rows]


def token(ledger: Ledger, username: str = "room1") -> str:
    """Begin a session elsewhere and return what its cookie holds."""
    held = account.find(ledger, username)
    assert held
    with ledger.write() as connection:
        return sessions.begin(connection, held, hours=8)[0]


def add(ledger: Ledger, username: str, **more: bool) -> None:
    account.add(ledger, username, name="人", role="auditor", password=PASSWORD, who="test", **more)


def ago(**span: float) -> str:
    return f"{datetime.now(UTC) - timedelta(**span):%Y-%m-%d %H:%M:%S.%f}"


def change(ledger: Ledger, statement: str) -> None:
    with ledger.write() as connection:
        connection.execute(text(statement))


def test_signed_out_shows_the_form_alone_and_asks_the_ledger_nothing(ledger: Ledger) -> None:
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    page = opened()
    assert is_form_alone(page)
    assert [button.label for button in page.button] == ["登录"]
    assert not page.error
    assert statements == []
    page.run()
    assert actions(ledger) == []


def test_the_right_password_opens_the_scope_of_the_ledger(ledger: Ledger) -> None:
    page = tried(opened(), " Room1 ", PASSWORD)
    go_on(page)
    assert "秘密 room1 room 990102000000" in texts(page)
    page.run()
    assert actions(ledger) == [("room1", "sign_in", None)]


def test_a_run_waits_for_the_cookie_and_no_longer(ledger: Ledger) -> None:
    page = tried(opened(), "room1", PASSWORD)
    page.run()
    assert "秘密" not in texts(page)
    page.session_state[page.session_state[signin.COOKIE_WRITE].key] = True
    page.run()
    assert "秘密 room1" in texts(page)


@pytest.mark.parametrize(
    ("username", "password", "who", "reason"),
    [
        ("room1", "wrong wrong wrong", "room1", "wrong password"),
        ("nobody", PASSWORD, "", "unknown name"),
        ("my secret password!", "x", "", "unknown name"),
        ("room1' or 1=1 --", "x", "", "unknown name"),
        ("off1", PASSWORD, "off1", "disabled"),
        ("room1", "x" * 100, "room1", "wrong password"),
        ("room1", "", "room1", "wrong password"),
    ],
)
def test_every_failure_looks_the_same_and_is_recorded_once(
    ledger: Ledger, username: str, password: str, who: str, reason: str
) -> None:
    account.add(ledger, "off1", name="停", role="auditor", password=PASSWORD, who="test")
    account.set_disabled(ledger, "off1", True, who="test")
    page = tried(opened(), username, password)
    assert is_form_alone(page)
    assert [error.value for error in page.error] == [WRONG]
    page.run()
    assert [error.value for error in page.error] == [WRONG]
    assert actions(ledger) == [(who, "sign_in_failed", reason)]


@pytest.mark.parametrize("password", ["wrong wrong wrong", "长" * 100])
@pytest.mark.parametrize("username", ["room1", "nobody", "Not A Name!", "new1", "off1"])
def test_every_name_costs_one_light_and_one_full_hash(
    ledger: Ledger, username: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(ledger, "off1")
    account.set_disabled(ledger, "off1", True, who="test")
    add(ledger, "new1")
    with ledger.write() as connection:
        light = account.hashed(PASSWORD, account.ONE_TIME_ROUNDS)
        connection.execute(
            text("update account set password_hash = :light where username = 'new1'"), {"light": light}
        )
    monkeypatch.setattr(account, "HASH_ROUNDS", 5)
    change(
        ledger,
        "update account set password_hash = replace(password_hash, '$04$', '$05$') "
        "where username in ('room1', 'off1')",
    )
    checked: list[str] = []
    real = bcrypt.checkpw
    monkeypatch.setattr(
        bcrypt,
        "checkpw",
        lambda given, kept: (real(given, kept), checked.append(kept[:7].decode()))[0],
    )
    tried(opened(), username, password)
    assert sorted(checked) == ["$2b$04$", "$2b$05$"]


def test_only_the_account_asked_for_is_read(ledger: Ledger) -> None:
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    tried(opened(), "room1", "wrong wrong wrong")
    read = [statement for statement in statements if statement.startswith("SELECT account")]
    assert len(read) == 2
    assert all("username IN" in statement for statement in read)


def test_a_run_reads_session_and_account_at_once_and_writes_nothing(ledger: Ledger) -> None:
    page = signed_in()
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    page.run()
    assert [statement.split()[0].upper() for statement in statements] == ["BEGIN", "SELECT"]


def disable(ledger: Ledger) -> None:
    account.set_disabled(ledger, "room1", True, who="test")


def disable_and_enable(ledger: Ledger) -> None:
    disable(ledger)
    account.set_disabled(ledger, "room1", False, who="test")


def change_password(ledger: Ledger) -> None:
    account.set_password(ledger, "room1", "another good password", who="test")


def narrow(ledger: Ledger) -> None:
    account.change(
        ledger,
        "room1",
        name="室",
        role="room",
        regions=["990102001000"],
        industries=["*"],
        units=["*"],
        who="test",
    )


def sign_out_everywhere(ledger: Ledger) -> None:
    account.end_sessions(ledger, "room1", who="test")


def remove(ledger: Ledger) -> None:
    change(ledger, "delete from account where username = 'room1'")


def expire(ledger: Ledger) -> None:
    change(ledger, "update session set expires_at = '2026-01-01 00:00:00.000000'")


def leave(ledger: Ledger) -> None:
    change(ledger, f"update session set seen_at = '{ago(minutes=31)}'")


ENDINGS = [
    (narrow, "session revoked"),
    (sign_out_everywhere, "session revoked"),
    (expire, "session expired"),
    (leave, "session idle"),
    (disable, "account disabled"),
    (disable_and_enable, "session revoked"),
    (change_password, "session revoked"),
    (remove, "session gone"),
]


@pytest.mark.parametrize(("end", "reason"), ENDINGS)
def test_a_session_ends_at_its_next_run(ledger: Ledger, end: Callable[[Ledger], None], reason: str) -> None:
    page = signed_in()
    end(ledger)
    page.run()
    go_on(page)
    assert is_form_alone(page)
    assert "请重新登录" in texts(page)
    page.run()
    assert is_form_alone(page)
    refused = [row for row in actions(ledger) if row[1] == "session_refused"]
    assert refused == [("room1", "session_refused", reason)]


def test_scope_follows_the_ledger(ledger: Ledger) -> None:
    page = signed_in()
    with ledger.write() as connection:
        connection.execute(
            text(
                "update account_scope set value = '990103000000' where username = 'room1' and kind = 'region'"
            )
        )
    page.run()
    assert "秘密 room1 room 990103000000" in texts(page)


def test_being_there_is_noted_once_a_minute_and_only_when_a_person_is(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = signed_in()

    def seen() -> str:
        with ledger.read() as connection:
            return str(connection.execute(text("select seen_at from session")).scalar_one())

    change(ledger, f"update session set seen_at = '{ago(seconds=50)}'")
    before = seen()
    page.run()
    assert seen() == before
    change(ledger, f"update session set seen_at = '{ago(seconds=61)}'")
    before = seen()
    page.session_state[signin.UNASKED] = True
    page.run()
    assert "秘密" in texts(page)
    assert seen() == before
    with monkeypatch.context() as patch:
        patch.setattr(st, "session_state", page.session_state)
        assert signin.current(settings, is_activity=False) is not None
    assert seen() == before
    page.run()
    assert seen() > before


def test_signing_out_leaves_nothing_to_the_next_person(ledger: Ledger) -> None:
    page = signed_in()
    assert page.session_state["last seen"] == "room1"
    page.button(key="sign-out").click().run()
    go_on(page)
    assert is_form_alone(page)
    assert "last seen" not in page.session_state
    assert page.text_input[0].value == page.text_input[1].value == ""
    go_on(tried(page, "room2", PASSWORD))
    assert "秘密 room2 room 990201000000" in texts(page)
    assert actions(ledger) == [
        ("room1", "sign_in", None),
        ("room1", "sign_out", None),
        ("room2", "sign_in", None),
    ]


def test_a_sign_in_that_cannot_be_recorded_is_refused(ledger: Ledger) -> None:
    page = opened()
    with ledger.write() as connection:
        connection.execute(text("drop table audit"))
    tried(page, "room1", PASSWORD)
    assert [error.value for error in page.error] == ["台账无法访问，请检查 ledger_url 和数据库是否正常。"]
    page.run()
    assert is_form_alone(page)


def test_a_session_is_not_brought_back_by_a_run_that_came_too_late(ledger: Ledger) -> None:
    signed_in()
    with ledger.write() as connection:
        [held] = sessions.live(connection, 30)
        sessions.end(connection, held.key)
    sessions.see(ledger, held)
    found = sessions.find(ledger, held.key)
    assert found
    assert sessions.ended(*found, 30) == "session ended"
    assert found[0].seen_at == held.seen_at


def test_a_ledger_that_cannot_be_read_lets_nobody_in(ledger: Ledger) -> None:
    page = signed_in()
    with ledger.write() as connection:
        connection.execute(text("drop table account_scope"))
    page.run()
    assert "秘密" not in texts(page)
    assert page.error


def test_a_cookie_takes_the_session_up_in_the_first_run(
    ledger: Ledger, browser_cookies: dict[str, str]
) -> None:
    browser_cookies[signin.COOKIE] = token(ledger)
    page = opened()
    assert "秘密 room1 room 990102000000" in texts(page)
    page.button(key="sign-out").click().run()
    # The connection still shows the cookie of its beginning.
    assert is_form_alone(go_on(page))
    page.run()
    assert is_form_alone(page)
    # Nor does a copy of it open anything elsewhere.
    assert is_form_alone(go_on(opened()))
    assert actions(ledger) == [("room1", "sign_out", None), ("room1", "session_refused", "session ended")]


@pytest.mark.parametrize(("end", "reason"), ENDINGS)
def test_an_old_cookie_is_refused(
    ledger: Ledger,
    browser_cookies: dict[str, str],
    end: Callable[[Ledger], None],
    reason: str,
) -> None:
    browser_cookies[signin.COOKIE] = token(ledger)
    end(ledger)
    assert is_form_alone(go_on(opened()))
    who, reason = ("", "cookie not ours") if reason == "session gone" else ("room1", reason)
    refused = [row for row in actions(ledger) if row[1] == "session_refused"]
    assert refused == [(who, "session_refused", reason)]


@pytest.mark.parametrize("made", ["nonsense", "A" * 43, "A" * 44, "é.é.é", "a.b.c", "' or 1=1 --", "key"])
def test_a_cookie_that_is_not_ours_is_refused_and_recorded_once(
    ledger: Ledger, browser_cookies: dict[str, str], made: str
) -> None:
    if made == "key":
        # What the ledger holds opens nothing.
        made = sessions.key_of(token(ledger)) or ""
    browser_cookies[signin.COOKIE] = made
    page = go_on(opened())
    page.run()
    assert is_form_alone(page)
    assert actions(ledger) == [("", "session_refused", "cookie not ours")]
    go_on(tried(page, "room1", PASSWORD))
    assert "秘密 room1" in texts(page)


def test_no_password_or_hash_stays_in_the_session(ledger: Ledger) -> None:
    page = signed_in()
    kept = str(page.session_state._state.filtered_state)
    assert "room1" in kept
    assert PASSWORD not in kept
    assert "$2b$" not in kept


def test_a_big_screen_is_let_in_from_its_addresses_alone(
    ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = {"regions": ["990000000000"], "industries": ["*"], "units": ["*"]}
    account.add(
        ledger,
        "hall",
        name="大厅",
        role="kiosk",
        password=PASSWORD,
        addresses=["10.0.0.0/24"],
        **place,
        who="test",
    )
    page = signed_in("hall")
    assert "秘密 hall kiosk" in texts(page)
    found = sessions.find(ledger, page.session_state[signin.SESSION].key)
    assert found
    assert found[0].expires_at - found[0].began_at == timedelta(days=settings.kiosk_days)
    # A cookie carried elsewhere opens nothing, and the session is over for good.
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.1.9"))
    page.run()
    assert "秘密" not in texts(page)
    assert actions(ledger)[-1] == ("hall", "session_refused", "wrong address")
    page = tried(opened(), "hall", PASSWORD)
    assert is_form_alone(page)
    assert signin.AWAY in texts(page)
    assert actions(ledger)[-1] == ("hall", "sign_in_failed", "wrong address")


def test_a_password_longer_than_any_is_a_wrong_one(ledger: Ledger) -> None:
    page = tried(opened(), "room1", "长" * 100)
    assert WRONG in texts(page)
    assert actions(ledger) == [("room1", "sign_in_failed", "wrong password")]


class TestLockOut:
    """Five failures lock, and nobody can tell from it whether there is such an account."""

    LOCKED = "失败次数过多，已锁定，请 15 分钟后再试。"

    @staticmethod
    def errors(page: AppTest) -> list[str]:
        assert is_form_alone(page)
        return [error.value for error in page.error]

    @pytest.fixture(autouse=True)
    def _by_name_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: None))

    @pytest.mark.parametrize("username", ["room1", "nobody", "Not A Name!"])
    def test_five_failures_lock_even_the_right_password(self, ledger: Ledger, username: str) -> None:
        page = opened()
        for _ in range(4):
            assert self.errors(tried(page, username, "wrong wrong wrong")) == [WRONG]
        assert self.errors(tried(page, username, "wrong wrong wrong")) == [self.LOCKED]
        assert self.errors(tried(page, username, PASSWORD)) == [self.LOCKED]
        assert self.errors(tried(opened(), username, PASSWORD)) == [self.LOCKED]
        who = username if username == "room1" else ""
        assert [row[:2] for row in actions(ledger)][4:] == [
            (who, "sign_in_failed"),
            (who, "lock_out"),
            (who, "sign_in_failed"),
            (who, "sign_in_failed"),
        ]
        assert actions(ledger)[-1][2] == "locked"
        go_on(tried(opened(), "room2", PASSWORD))

    def test_it_passes_with_time_and_by_an_administrator(self, settings: Settings, ledger: Ledger) -> None:
        for _ in range(5):
            tried(opened(), "room1", "wrong wrong wrong")
        with ledger.read() as connection:
            assert lockout.locked(connection, settings) == {"room1"}
        lockout.unlock(ledger, settings, "room1", who="admin")
        go_on(tried(opened(), "room1", PASSWORD))
        for _ in range(5):
            tried(opened(), "room1", "wrong wrong wrong")
        change(ledger, f"update sign_in_failure set locked_until = '{ago(seconds=1)}'")
        assert self.errors(tried(opened(), "room1", "wrong wrong wrong")) == [WRONG]
        go_on(tried(opened(), "room1", PASSWORD))

    def test_a_right_password_begins_the_count_anew(self, ledger: Ledger) -> None:
        for _ in range(2):
            for _ in range(4):
                tried(opened(), "room1", "wrong wrong wrong")
            go_on(tried(opened(), "room1", PASSWORD))

    def test_failures_of_long_ago_do_not_count(self, ledger: Ledger) -> None:
        for _ in range(4):
            tried(opened(), "room1", "wrong wrong wrong")
        change(ledger, f"update sign_in_failure set since = '{ago(minutes=16)}'")
        assert self.errors(tried(opened(), "room1", "wrong wrong wrong")) == [WRONG]

    def test_an_address_is_locked_whatever_the_name(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.0.9"))
        for number in range(4):
            tried(opened(), f"guess{number}", "wrong wrong wrong")
            # A good account does not open the address for more guesses.
            go_on(tried(opened(), "room2", PASSWORD))
        assert self.errors(tried(opened(), "guess9", "wrong wrong wrong")) == [self.LOCKED]
        assert self.errors(tried(opened(), "room2", PASSWORD)) == [self.LOCKED]
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.0.10"))
        go_on(tried(opened(), "room2", PASSWORD))

    def test_names_and_addresses_are_kept_as_keyed_hashes(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.0.9"))
        tried(opened(), "my secret password", "x")
        with ledger.read() as connection:
            kept = connection.execute(text("select key from sign_in_failure")).scalars().all()
        assert len(kept) == 2
        assert all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)


class TestForcedChange:
    """A password that somebody else chose opens the form that changes it, and nothing else."""

    NEW = "jade falcon over lakes"

    @pytest.fixture
    def page(self, ledger: Ledger) -> AppTest:
        add(ledger, "new1", must_change_password=True)
        return go_on(tried(opened(), "new1", PASSWORD))

    @staticmethod
    def changed(page: AppTest, old: str, new: str, again: str | None = None) -> AppTest:
        for field, value in zip(page.text_input, (old, new, again or new), strict=True):
            field.set_value(value)
        return page.button[0].click().run()

    def test_nothing_else_is_reachable(
        self, page: AppTest, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "秘密" not in texts(page.run())
        assert [field.label for field in page.text_input] == ["现密码", "新密码", "再输一次新密码"]
        assert [button.label for button in page.button] == ["修改密码", "退出登录"]
        monkeypatch.setattr(st, "session_state", page.session_state)
        assert signin.session()
        assert signin.current(settings) is None
        assert not signin.stands(settings, signin.session(), Scope("new1", "auditor"))

    def test_a_new_password_opens_the_cockpit_in_a_new_session(self, ledger: Ledger, page: AppTest) -> None:
        before = page.session_state[signin.SESSION]
        go_on(self.changed(page, PASSWORD, self.NEW))
        assert "秘密 new1" in texts(page)
        assert page.session_state[signin.SESSION].key != before.key
        found = sessions.find(ledger, before.key)
        assert found
        assert sessions.ended(*found, 30) == "session revoked"
        assert self.NEW not in str(page.session_state._state.filtered_state)
        go_on(tried(opened(), "new1", self.NEW))
        assert is_form_alone(tried(opened(), "new1", PASSWORD))

    @pytest.mark.parametrize(
        ("old", "new", "again", "sentence"),
        [
            ("wrong wrong", NEW, NEW, "现密码不正确。"),
            ("x" * 100, NEW, NEW, "现密码不正确。"),
            (PASSWORD, NEW, NEW + "x", "两次输入的新密码不一致。"),
            (PASSWORD, "short", "short", "密码至少 12 位。"),
            (PASSWORD, PASSWORD, PASSWORD, "新密码不能与现密码相同。"),
            (PASSWORD, "xx new1 xx of mine", "xx new1 xx of mine", "密码不能包含用户名或姓名。"),
        ],
    )
    def test_what_will_not_do_is_said(
        self, page: AppTest, old: str, new: str, again: str, sentence: str
    ) -> None:
        self.changed(page, old, new, again)
        assert [error.value for error in page.error] == [sentence]
        assert "秘密" not in texts(page)

    def test_the_old_password_cannot_be_guessed_either(self, page: AppTest) -> None:
        for _ in range(5):
            self.changed(page, "wrong wrong wrong", self.NEW)
        assert [error.value for error in page.error] == [TestLockOut.LOCKED]
        self.changed(page, PASSWORD, self.NEW)
        assert [error.value for error in page.error] == [TestLockOut.LOCKED]

    def test_a_one_time_password_goes_stale(self, ledger: Ledger) -> None:
        add(ledger, "late1", must_change_password=True)
        change(ledger, f"update account set password_changed_at = '{ago(days=15)}'")
        page = tried(opened(), "late1", PASSWORD)
        assert [error.value for error in page.error] == ["一次性密码已过期，请联系系统管理员重置。"]
        assert is_form_alone(page)
        assert [error.value for error in tried(opened(), "late1", "wrong wrong").error] == [WRONG]
        # A password of one's own does not.
        go_on(tried(opened(), "room1", PASSWORD))


class TestTime:
    """How long a refusal takes tells nothing of the name (medians over 50 tries)."""

    def test_medians(self, ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        # Weights far enough apart to be told by the clock, were they not made equal.
        monkeypatch.setattr(account, "HASH_ROUNDS", 9)
        full, light = account.hashed(PASSWORD, 9), account.hashed(PASSWORD, account.ONE_TIME_ROUNDS)
        add(ledger, "new1")
        for username, kept in (("room1", full), ("room2", full), ("new1", light)):
            with ledger.write() as connection:
                connection.execute(
                    text("update account set password_hash = :kept where username = :username"),
                    {"kept": kept, "username": username},
                )
        account.set_disabled(ledger, "room2", True, who="test")
        names = ("room1", "room2", "new1", "nobody")
        spent: dict[str, list[float]] = {name: [] for name in names}
        asking = Settings(home=settings.home, ledger_url="", sign_in_failures_max=1000)
        for _ in range(50):
            for name in names:
                # The thread's own: what else the machine does must not tell names apart here.
                start = time.thread_time()
                entry = signin._Asked(asking, ledger)[name]
                bcrypt.checkpw(b"wrong", entry["password"].encode())
                signin._record_failure(ledger, "", "x", entry["attempt"])
                spent[name].append(time.thread_time() - start)
        medians = {name: statistics.median(times) for name, times in spent.items()}
        assert max(medians.values()) < 1.15 * min(medians.values()), medians
