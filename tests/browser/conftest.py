"""A served cockpit a worker and a Chromium to look at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cockpit.ledger import store
from tests import chromium
from tests.browser.served import Served, serving
from tests.browser.visitor import SLOW_MS, Visitor, sign_in, signed_in
from tests.installation import Installation

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try once more what fails in a browser, where the machine has its part in it; the summary names each."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def served(demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serving(demo_installation.copy(folder / "home"), folder) as made:
        yield made
    for ledger in store._open.values():
        ledger.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    expect.set_options(timeout=SLOW_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def cookies(browser: Browser, served: Served) -> Callable[[str], Any]:
    """Give the cookies of a person, who signs in through the form once a worker."""
    known: dict[str, Any] = {}

    def of(username: str) -> Any:
        if username not in known:
            visitor = Visitor(browser, served)
            visitor.page.goto("/")
            sign_in(visitor.page, served, username)
            known[username] = visitor.context.cookies()
            visitor.context.close()
        return known[username]

    return of


@pytest.fixture
def visit(browser: Browser, served: Served, cookies: Callable[[str], Any]) -> Iterator[Visit]:
    """Give a function that opens an address for a person, signed in or (None) not; nothing leaves the machine."""
    visitors: list[Visitor] = []

    def open_as(username: str | None, address: str = "/", *, width: int = 1280, height: int = 900) -> Page:
        visitor = Visitor(browser, served, width, height)
        visitors.append(visitor)
        if username is not None:
            visitor.context.add_cookies(cookies(username))
        visitor.page.goto(address)
        if username is not None:
            signed_in(visitor.page)
        return visitor.page

    yield open_as
    strangers = [visitor.strangers() for visitor in visitors]
    is_hacked = [visitor.is_hacked() for visitor in visitors]
    for visitor in visitors:
        visitor.context.close()
    assert not any(strangers), strangers
    assert not any(is_hacked)
