import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
import streamlit as st
from sqlalchemy import event, text
from streamlit.testing.v1 import AppTest

from cockpit.ledger import Ledger, account, audit, open_ledger, store
from cockpit.secret import secret_key
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


def token(settings: Settings, key: bytes | None = None, **changed: object) -> str:
    claims = {"jti": "s", "sub": "room1", "epoch": 0, "exp": int(time.time()) + 60} | changed
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        key or secret_key(settings.secrets_path, "cookie"),
        "HS256",
    )


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
    account.add(ledger, "off1", name="停", role="admin", password=PASSWORD, who="test")
    account.set_disabled(ledger, "off1", True, who="test")
    page = tried(opened(), username, password)
    assert is_form_alone(page)
    assert [error.value for error in page.error] == [WRONG]
    page.run()
    assert [error.value for error in page.error] == [WRONG]
    assert actions(ledger) == [(who, "sign_in_failed", reason)]


@pytest.mark.parametrize("username", ["room1", "nobody", "Not A Name!"])
def test_every_name_costs_one_hash_of_the_same_weight(
    ledger: Ledger, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit_authenticator import Hasher

    checked: list[str] = []
    real = Hasher.check_pw
    monkeypatch.setattr(
        Hasher, "check_pw", lambda password, kept: checked.append(kept[:7]) or real(password, kept)
    )
    tried(opened(), username, "wrong wrong wrong")
    assert checked == ["$2b$04$"]


def test_only_the_account_asked_for_is_read(ledger: Ledger) -> None:
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    tried(opened(), "room1", "wrong wrong wrong")
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2
    assert len([statement for statement in statements if statement.startswith("INSERT")]) == 1


def test_a_run_reads_one_account_and_writes_nothing(ledger: Ledger) -> None:
    page = signed_in()
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *values: statements.append(values[2]))
    page.run()
    assert [statement.split()[0].upper() for statement in statements] == ["BEGIN", "SELECT", "SELECT"]


def disable(ledger: Ledger) -> None:
    account.set_disabled(ledger, "room1", True, who="test")


def disable_and_enable(ledger: Ledger) -> None:
    disable(ledger)
    account.set_disabled(ledger, "room1", False, who="test")


def change_password(ledger: Ledger) -> None:
    account.set_password(ledger, "room1", "another good password", who="test")


def remove(ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(text("delete from account where username = 'room1'"))


ENDINGS = [
    (disable, "account disabled"),
    (disable_and_enable, "session revoked"),
    (change_password, "session revoked"),
    (remove, "account gone"),
]


@pytest.mark.parametrize(("end", "reason"), ENDINGS)
def test_a_session_ends_at_its_next_run(ledger: Ledger, end: Callable[[Ledger], None], reason: str) -> None:
    page = signed_in()
    end(ledger)
    page.run()
    go_on(page)
    assert is_form_alone(page)
    assert "会话已结束" in texts(page)
    page.run()
    assert is_form_alone(page)
    assert actions(ledger)[1:] == [("room1", "session_refused", reason)]


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


def test_a_session_ends_with_its_hours(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    page = signed_in()
    real = time.time
    monkeypatch.setattr(signin.time, "time", lambda: real() + 8 * 3600 - 60)
    page.run()
    assert "秘密 room1" in texts(page)
    monkeypatch.setattr(signin.time, "time", lambda: real() + 8 * 3600 + 1)
    go_on(page.run())
    assert is_form_alone(page)


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


def test_a_ledger_that_cannot_be_read_lets_nobody_in(ledger: Ledger) -> None:
    page = signed_in()
    with ledger.write() as connection:
        connection.execute(text("drop table account_scope"))
    page.run()
    assert "秘密" not in texts(page)
    assert page.error


def test_a_cookie_takes_the_session_up_in_the_first_run(
    settings: Settings, ledger: Ledger, browser_cookies: dict[str, str]
) -> None:
    browser_cookies[signin.COOKIE] = token(settings)
    page = opened()
    assert "秘密 room1 room 990102000000" in texts(page)
    page.button(key="sign-out").click().run()
    # The connection still shows the cookie of its beginning.
    assert is_form_alone(go_on(page))
    page.run()
    assert is_form_alone(page)
    assert actions(ledger) == [("room1", "sign_out", None)]


@pytest.mark.parametrize(("end", "reason"), ENDINGS)
def test_an_old_cookie_is_refused(
    settings: Settings,
    ledger: Ledger,
    browser_cookies: dict[str, str],
    end: Callable[[Ledger], None],
    reason: str,
) -> None:
    browser_cookies[signin.COOKIE] = token(settings)
    end(ledger)
    assert is_form_alone(go_on(opened()))
    assert actions(ledger) == [("room1", "session_refused", reason)]


@pytest.mark.parametrize(
    "made",
    [
        lambda settings: "nonsense",
        lambda settings: token(settings, key=b"0" * 32),
        lambda settings: token(settings)[:-2],
        lambda settings: token(settings, epoch=None),
        lambda settings: token(settings, sub=None),
        lambda settings: token(settings, exp=None),
        lambda settings: jwt.encode({"jti": "s", "sub": "room1", "epoch": 0, "exp": 2**33}, "", "none"),
        lambda settings: "é.é.é",
    ],
)
def test_a_cookie_that_is_not_ours_is_refused_and_recorded_once(
    settings: Settings, ledger: Ledger, browser_cookies: dict[str, str], made: Callable[[Settings], str]
) -> None:
    browser_cookies[signin.COOKIE] = made(settings)
    page = go_on(opened())
    page.run()
    assert is_form_alone(page)
    assert actions(ledger) == [("", "session_refused", "cookie not ours")]
    go_on(tried(page, "room1", PASSWORD))
    assert "秘密 room1" in texts(page)


def test_an_expired_cookie_is_just_too_old(
    settings: Settings, ledger: Ledger, browser_cookies: dict[str, str]
) -> None:
    browser_cookies[signin.COOKIE] = token(settings, exp=int(time.time()) - 1)
    assert is_form_alone(opened())
    assert actions(ledger) == []


def test_no_password_or_hash_stays_in_the_session(ledger: Ledger) -> None:
    page = signed_in()
    kept = str(page.session_state._state.filtered_state)
    assert "room1" in kept
    assert PASSWORD not in kept
    assert "$2b$" not in kept


def test_a_password_longer_than_any_is_a_wrong_one(ledger: Ledger) -> None:
    page = tried(opened(), "room1", "长" * 100)
    assert WRONG in texts(page)
    assert actions(ledger) == [("room1", "sign_in_failed", "wrong password")]
