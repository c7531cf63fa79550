"""The cookie of the sign-in in a real browser, whose clock is eight hours from the server's."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from cockpit.ledger import Ledger, account, audit, open_ledger, store
from cockpit.settings import ROOT, Settings

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
NEW = "jade falcon over lakes"
COOKIE = "cockpit_session"
SECRET = "秘密内容"
APP = f"""
import streamlit as st
from cockpit.settings import Settings
from cockpit.ui import signin

st.session_state["runs"] = st.session_state.get("runs", 0) + 1
settings = Settings()
scope = signin.sign_in(settings)
if scope is not None:
    st.write("{SECRET}", scope.who)
    st.write(f"第{{st.session_state['runs']}}次运行")
    st.text_input("备注")
    signin.account_button(settings)
    signin.sign_out_button(settings)
"""
# Notes every time the page shows a sign-in form, however short.
WATCH = """
window.forms = 0;
new MutationObserver(() => {
    if (document.querySelector('input[type=password]')) window.forms += 1;
}).observe(document, {subtree: true, childList: true});
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    home = tmp_path_factory.mktemp("signin")
    made = open_ledger(Settings(home=home, ledger_url=""))
    yield made
    made.engine.dispose()
    store._open.clear()


@pytest.fixture(scope="module")
def address(ledger: Ledger) -> Iterator[str]:
    home = Path(ledger.engine.url.database or "").parent
    script = home / "app.py"
    script.write_text(APP, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            script,
            f"--server.port={port}",
            "--server.address=127.0.0.1",
        ],
        cwd=ROOT,
        env=os.environ | {"COCKPIT_HOME": str(home), "TZ": "UTC"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(360):
            try:
                urlopen(f"{url}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(timezone_id="Asia/Shanghai", locale="zh-CN", base_url=address)
    context.add_init_script(WATCH)
    made = context.new_page()
    made.set_default_timeout(90_000)
    made.asked = []
    made.on("request", lambda request: made.asked.append(request.url))
    made.on("websocket", lambda opened: made.asked.append(opened.url))
    yield made
    hosts = {url.split("/")[2] for url in made.asked if "://" in url}
    assert hosts == {address.split("/")[2]}
    context.close()


def new_account(ledger: Ledger, username: str) -> None:
    account.add(ledger, username, name=username, role="auditor", password=PASSWORD, who="test")


def enter(page: Any, username: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_in(page: Any, username: str) -> None:
    enter(page, username, PASSWORD)
    page.get_by_text(SECRET).wait_for()


def fill_change(page: Any, old: str, new: str) -> None:
    page.get_by_label("现密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(new)
    page.get_by_label("再输一次新密码").fill(new)
    page.get_by_role("button", name="修改密码").click()


def token(page: Any) -> dict[str, Any] | None:
    return next((cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE), None)


def come_back(page: Any, cookie: dict[str, Any]) -> None:
    """Open the address anew with a cookie, once nothing of the page before can touch it."""
    page.goto("about:blank")
    page.context.add_cookies([cookie])
    page.goto("/")


def settled(page: Any) -> None:
    """Wait until the page has been at rest for a second."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)


def form_alone(page: Any) -> bool:
    page.get_by_label("用户名").wait_for()
    settled(page)
    return bool(page.get_by_text(SECRET).count() == 0 and page.get_by_label("用户名").count() == 1)


def test_a_reload_stays_signed_in_until_signing_out(page: Any, ledger: Ledger) -> None:
    new_account(ledger, "a1")
    sign_in(page, "a1")
    cookie = token(page)
    assert cookie
    assert (cookie["sameSite"], cookie["path"]) == ("Strict", "/")
    assert 7.9 * 3600 < cookie["expires"] - time.time() < 8.1 * 3600
    runs = page.get_by_text("次运行").inner_text()
    settled(page)
    assert page.get_by_text("次运行").inner_text() == runs

    page.reload()
    page.get_by_text(SECRET).wait_for()
    settled(page)
    assert page.evaluate("window.forms") == 0
    assert page.get_by_text("第1次运行").count() == 1
    assert page.locator("iframe").count() == 0

    page.get_by_role("button", name="退出登录").click()
    assert form_alone(page)
    assert token(page) is None
    page.reload()
    assert form_alone(page)
    assert [row.action for row in audit.entries(ledger, who="a1")] == ["sign_out", "sign_in"]


def test_another_person_may_follow_in_the_same_tab(page: Any, ledger: Ledger) -> None:
    for username in ("b1", "b2"):
        new_account(ledger, username)
    sign_in(page, "b1")
    page.get_by_role("button", name="退出登录").click()
    assert form_alone(page)
    page.get_by_label("用户名").fill("b2")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text(f"{SECRET} b2").wait_for()
    page.reload()
    page.get_by_text(f"{SECRET} b2").wait_for()


def test_a_tampered_cookie_is_refused_and_removed(page: Any, ledger: Ledger) -> None:
    new_account(ledger, "c1")
    sign_in(page, "c1")
    cookie = token(page)
    assert cookie
    value = cookie["value"]
    page.context.add_cookies([cookie | {"value": f"{'A' if value[0] != 'A' else 'B'}{value[1:]}"}])
    page.reload()
    assert form_alone(page)
    assert token(page) is None
    come_back(page, cookie)
    page.get_by_text(SECRET).wait_for()


def test_a_copied_cookie_is_dead_after_sign_out_and_after_a_new_password(page: Any, ledger: Ledger) -> None:
    new_account(ledger, "e1")
    sign_in(page, "e1")
    first = token(page)
    assert first
    page.get_by_role("button", name="退出登录").click()
    assert form_alone(page)
    come_back(page, first)
    assert form_alone(page)

    sign_in(page, "e1")
    second = token(page)
    assert second
    page.get_by_role("button", name="我的账号").click()
    fill_change(page, PASSWORD, NEW)
    # The one who changed it stays signed in, under another cookie.
    page.get_by_text(SECRET).wait_for()
    page.wait_for_function(f"!document.cookie.includes('{second['value']}')")
    third = token(page)
    assert third
    assert third["value"] not in {first["value"], second["value"]}
    come_back(page, second)
    assert form_alone(page)
    come_back(page, third)
    page.get_by_text(SECRET).wait_for()


def test_a_password_that_others_chose_opens_its_change_alone(page: Any, ledger: Ledger) -> None:
    account.add(
        ledger, "f1", name="f1", role="auditor", password=PASSWORD, must_change_password=True, who="test"
    )
    enter(page, "f1", PASSWORD)
    page.get_by_label("现密码").wait_for()
    settled(page)
    assert page.get_by_text(SECRET).count() == 0
    cookie = token(page)
    assert cookie
    page.reload()
    page.get_by_label("现密码").wait_for()
    settled(page)
    assert page.get_by_text(SECRET).count() == 0
    fill_change(page, PASSWORD, NEW)
    page.get_by_text(SECRET).wait_for()
    come_back(page, cookie)
    assert form_alone(page)


def test_five_failures_lock_even_the_right_password(page: Any, ledger: Ledger) -> None:
    new_account(ledger, "g1")
    for tried in range(5):
        enter(page, "g1", "wrong wrong wrong")
        page.get_by_text("已锁定，请 15 分钟后再试" if tried == 4 else "用户名或密码不正确").wait_for()
    enter(page, "g1", PASSWORD)
    page.get_by_text("已锁定，请 15 分钟后再试").wait_for()
    assert form_alone(page)
    assert token(page) is None


def test_a_disabled_account_is_out_at_its_next_run_and_with_its_cookie(page: Any, ledger: Ledger) -> None:
    new_account(ledger, "d1")
    sign_in(page, "d1")
    cookie = token(page)
    assert cookie
    account.set_disabled(ledger, "d1", True, who="test")
    page.get_by_label("备注").fill("x")
    page.get_by_label("备注").press("Enter")
    assert form_alone(page)
    assert token(page) is None
    come_back(page, cookie)
    assert form_alone(page)
    account.set_disabled(ledger, "d1", False, who="test")
    come_back(page, cookie)
    assert form_alone(page)
