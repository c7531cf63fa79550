"""Signed out, every address shows the sign-in and nothing else; after signing out nothing comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit
from tests.browser.served import Served, serving
from tests.browser.visitor import Visitor, form_alone, parameters, shows_figure, sign_in, signed_in
from tests.installation import Installation

pytestmark = pytest.mark.browser

# Those of a page alone first: Streamlit would serve its file before any session has named the pages.
ADDRESSES = (
    "/alerts",
    "/overview",
    "/complaints",
    "/complaint?id=NASTY-HTML",
    "/alert?id=NASTY-HTML",
    "/audit",
    "/status",
    "/",
)
# Keeps every text the page has shown, however shortly.
WATCH = """
window.shown = new Set();
new MutationObserver(() => {
    for (const line of document.body?.innerText.split('\\n') ?? []) if (line.trim()) window.shown.add(line.trim());
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
SIGN_IN = {"清源驾驶舱", "用户名", "密码", "登录", "Skip to main content", "visibility", "visibility_off"}


def test_every_address_of_a_server_just_started_shows_the_sign_in_alone(
    browser: Browser, demo_installation: Installation, tmp_path: Path
) -> None:
    with serving(demo_installation.copy(tmp_path / "home"), tmp_path) as served:
        sent: list[bytes] = []

        def listen(page: Page) -> None:
            page.on("websocket", lambda opened: opened.on("framereceived", hear))

        def hear(frame: bytes | str) -> None:
            sent.append(frame if isinstance(frame, bytes) else frame.encode())

        visitors = [Visitor(browser, served) for _ in ADDRESSES]
        for visitor, address in zip(visitors, ADDRESSES, strict=True):
            visitor.context.add_init_script(WATCH)
            listen(visitor.page)
            # All at once, so that each may be the first.
            visitor.page.goto(address, wait_until="commit")
        for visitor, address in zip(visitors, ADDRESSES, strict=True):
            form_alone(visitor.page)
            shown = set(visitor.page.evaluate("[...window.shown]"))
            assert shown <= SIGN_IN, (address, shown - SIGN_IN)
            assert visitor.page.get_by_test_id("stSidebar").count() == 0
            assert visitor.strangers() == set()
            visitor.context.close()
        everything = b"".join(sent)
        assert "登录".encode() in everything
        for secret in ("NASTY", "投诉量", "990101", "演示数据", "leader"):
            assert secret.encode() not in everything, secret


def test_after_signing_out_going_back_shows_the_sign_in_alone(visit: Visit, served: Served) -> None:
    page = visit(None)
    sign_in(page, served, "station")
    page.goto("/complaint?id=NASTY-HTML")
    signed_in(page)
    page.goto("/complaints")
    signed_in(page)
    page.get_by_role("button", name="退出登录").click()
    form_alone(page)
    for _ in range(2):
        page.go_back()
        form_alone(page)
    assert parameters(page).get("region") is None


def test_two_people_at_once_see_their_own_figures(visit: Visit, served: Served) -> None:
    from cockpit import queries
    from cockpit.queries import Filters

    people = {username: visit(username, "/overview") for username in ("room", "station", "neighbour")}
    for _ in range(2):
        for username, page in people.items():
            data = queries.overview(
                served.installation.scope(username), Filters(), settings=served.installation.settings
            )
            shows_figure(page, "投诉量", int(data.complaint_now["complaint_count"].iloc[0]))
            page.reload()
            signed_in(page)
