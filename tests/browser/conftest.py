"""A served cockpit a worker and a Chromium to look at it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from cockpit.ledger import store
from cockpit.settings import ROOT
from tests import chromium
from tests.installation import Installation

SLOW_MS = 30_000
# Writes down every address the process connects to or looks up.
TELL_TALE = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["TELL_TALE"], "a") as file:
            file.write(f"{event}\\t{arguments[1] if event == 'socket.connect' else arguments[0]}\\n")

sys.addaudithook(note)
"""
LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")


class Served:
    """A running cockpit: its installation, its address, its process and what it logged."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self.log = folder / "server.log"
        self.told = folder / "connections.tsv"
        self.told.touch()
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(TELL_TALE, "utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {
            "COCKPIT_HOME": str(installation.home),
            "COCKPIT_THREADS": "1",
            "TELL_TALE": str(self.told),
            "PYTHONPATH": str(site),
            "TZ": "UTC",
        }
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self) -> None:
        for _ in range(240):
            try:
                urlopen(f"{self.address}/_stcore/health").close()
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text("utf-8")
                time.sleep(0.25)
        raise AssertionError(self.log.read_text("utf-8"))

    def strangers(self) -> list[str]:
        """Return whom the server talked to, or listens to, other than this machine."""
        found = []
        for process in (mine := psutil.Process(self.process.pid), *mine.children(recursive=True)):
            for one in process.net_connections():
                found += [str(end) for end in (one.laddr, one.raddr) if end and end.ip not in LOOPBACK]
        for line in self.told.read_text("utf-8").splitlines():
            told = line.partition("\t")[2]
            if not any(host in told for host in LOOPBACK):
                found.append(line)
        return found


@contextmanager
def serving(installation: Installation, folder: Path) -> Iterator[Served]:
    served = Served(installation, folder)
    try:
        served.wait()
        yield served
        assert served.strangers() == []
        assert "Traceback" not in served.log.read_text("utf-8"), served.log.read_text("utf-8")
    finally:
        served.process.terminate()
        served.process.wait()


@pytest.fixture(scope="session")
def served(
    demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
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


class Visitor:
    """One person's browser: a context of their own, watched for requests that leave the machine."""

    def __init__(self, browser: Browser, address: str, width: int, height: int) -> None:
        self.address = address
        self.asked: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        self.context.set_default_timeout(SLOW_MS)
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda opened: self.asked.append(opened.url))
        return page

    def strangers(self) -> set[str]:
        """Return the hosts asked for anything, other than the cockpit."""
        own = urlsplit(self.address).netloc
        return {urlsplit(url).netloc for url in self.asked if urlsplit(url).netloc not in ("", own)}


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    """Give a function that opens an address for a person, signed in or (None) not."""
    visitors: list[Visitor] = []

    def open_as(
        username: str | None, address: str = "/", *, width: int = 1280, height: int = 900
    ) -> Page:
        visitor = Visitor(browser, served.address, width, height)
        visitors.append(visitor)
        if username is not None:
            visitor.context.add_cookies(cookies(browser, served, username))
        visitor.page.goto(address)
        settled(visitor.page)
        return visitor.page

    yield open_as
    strangers = set().union(*(visitor.strangers() for visitor in visitors))
    hacked = [page.url for one in visitors for page in one.context.pages if page.evaluate("window.hacked")]
    for visitor in visitors:
        visitor.context.close()
    assert strangers == set()
    assert hacked == []


_cookies: dict[tuple[str, str], Any] = {}


def cookies(browser: Browser, served: Served, username: str) -> Any:
    """Return the cookies of a person, who signs in through the form once a worker."""
    key = (served.address, username)
    if key not in _cookies:
        visitor = Visitor(browser, served.address, 1280, 900)
        visitor.page.goto("/")
        sign_in(visitor.page, served, username)
        _cookies[key] = visitor.context.cookies()
        visitor.context.close()
    return _cookies[key]


def sign_in(page: Page, served: Served, username: str) -> None:
    role = username if username in served.installation.passwords else "station"
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(served.installation.passwords[role])
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="退出登录").wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the script of the page has run to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", re.compile("notRunning|initial")
    )
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.locator("[data-stale=true]")).to_have_count(0)
