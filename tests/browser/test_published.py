"""The published site opens from disk in a browser without a network, on a telephone too."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Request

from cockpit.publish.address import address
from cockpit.publish.site import publish
from cockpit.queries.extract import extract
from cockpit.scope import ALL, Scope
from tests.publish.place import Place

pytestmark = pytest.mark.browser


@pytest.fixture
def site(demo_place: Place, tmp_path: Path) -> Path:
    scope = Scope("cli:test", "leader", ("990000000000",), (ALL,), (ALL,))
    with extract(scope, settings=demo_place.settings) as found:
        publish(found, tmp_path / "site", "清源驾驶舱", lambda _line: None)
    return tmp_path / "site"


def test_everybody_can_read_it(browser: Browser, demo_place: Place, site: Path) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
        page = context.new_page()
        for address_of in ("index.html", address("990101000000"), address(demo_place.villages[0])):
            page.goto((site / address_of).as_uri())
            found = Axe().run(page).response["violations"]
            assert [(one["id"], len(one["nodes"])) for one in found] == [], (scheme, address_of)
        context.close()


def test_it_opens_from_disk_without_a_network(browser: Browser, demo_place: Place, site: Path) -> None:
    asked: list[Request] = []
    messages: list[str] = []
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, offline=True, java_script_enabled=True
    )
    page = context.new_page()
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108, a builtin takes no marks
    page.on("requestfailed", lambda request: messages.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.goto((site / "index.html").as_uri())
    # Down by links alone: city, county, town, village.
    for _ in range(4):
        page.locator("tbody th[scope=row] a").first.click()
    assert page.url.endswith(address(demo_place.villages[0]))
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_text("演示数据").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The style came with it.
    assert page.locator(".wide").first.evaluate("node => getComputedStyle(node).overflowX") == "auto"
    page.get_by_role("link", name="首页").click()
    assert page.url.endswith("/index.html")
    assert asked
    assert all(request.url.startswith(site.as_uri()) for request in asked), [one.url for one in asked]
    assert messages == []
    context.close()
