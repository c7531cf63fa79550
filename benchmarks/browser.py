"""The overview in a real browser and under ten users, against the bare page of eight Plotly visuals, in one run.

`python -m benchmarks.browser --home PATH` takes a store with a snapshot in service; without one it makes the
demonstration city. Prints time to repaint, server CPU, time of a first open with a warm browser cache, updates
a second of ten users in one process, and bytes sent to the browser.
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import websockets
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cockpit import queries
from cockpit.cli.run import prepare
from cockpit.ledger import account, open_ledger
from cockpit.scope import ALL, Scope
from cockpit.settings import ROOT, Settings
from tests import chromium

QUIET_MS = 500
CHART = "[data-testid=stVegaLiteChart], .js-plotly-plot"
USERNAME = "benchmark"
# Resolves with the time of the last change of the page once nothing has changed for QUIET_MS.
PAINTED = f"""() => new Promise(resolve => {{
    let last = performance.now();
    const watch = new MutationObserver(() => {{ last = performance.now(); }});
    watch.observe(document.body, {{subtree: true, childList: true, attributes: true, characterData: true}});
    const look = () => performance.now() - last > {QUIET_MS}
        ? (watch.disconnect(), resolve(performance.timeOrigin + last)) : setTimeout(look, 20);
    look();
}})"""


@dataclass(frozen=True)
class Served:
    """One running server: where it listens, and its process."""

    url: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return the CPU time used so far."""
        times = self.process.cpu_times()
        return times.user + times.system


@contextmanager
def serve(script: Path, home: Path) -> Iterator[Served]:
    """Run a script on a free port of loopback and stop it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    if script.name == "bare_page.py":
        # The yardstick runs as Streamlit comes.
        options += ["--runner.postScriptGC", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=ROOT,
        env=os.environ | {"COCKPIT_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).read()
                break
            except OSError:
                time.sleep(0.2)
        yield Served(url, psutil.Process(process.pid))
    finally:
        process.kill()
        process.wait()


def sign_in(browser: Browser, served: Served, password: str) -> BrowserContext:
    """Return a browser context that is signed in."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(served.url)
    page.get_by_label("用户名").fill(USERNAME)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/overview?**", timeout=60_000)
    page.evaluate(PAINTED)
    page.close()
    return context


def repaint(page: Page, served: Served, label: str, rounds: int) -> tuple[float, float]:
    """Return the median milliseconds to repaint after a change of one select box, and server CPU milliseconds."""
    took, cpu = [], []
    for turn in range(rounds):
        box = page.get_by_role("combobox", name=label)
        box.click()
        page.keyboard.press("ArrowDown" if turn % 6 < 5 else "Home")
        page.wait_for_timeout(300)
        before = served.cpu_seconds()
        start = page.evaluate("() => performance.timeOrigin + performance.now()")
        page.keyboard.press("Enter")
        took.append(page.evaluate(PAINTED) - start)
        cpu.append(1000 * (served.cpu_seconds() - before))
    return statistics.median(took), statistics.mean(cpu)


def first_open(context: BrowserContext, url: str, rounds: int) -> float:
    """Return the median milliseconds from the address to the last change of the page, cache warm."""
    took = []
    for turn in range(rounds + 1):
        page = context.new_page()
        start = time.time() * 1000
        page.goto(url)
        page.wait_for_selector(CHART, timeout=60_000)
        painted = page.evaluate(PAINTED)
        if turn:
            took.append(painted - start)
        page.close()
    return statistics.median(took)


def received_bytes(context: BrowserContext, url: str) -> int:
    """Return the bytes of one open that are not the app's own code: web socket frames and data files."""
    page = context.new_page()
    total = 0

    def add(frame: str | bytes) -> None:
        nonlocal total
        total += len(frame)

    page.on("websocket", lambda opened: opened.on("framereceived", add))
    page.on(
        "response",
        lambda answer: add(answer.body()) if urlsplit(answer.url).path.startswith("/media/") else None,
    )
    page.goto(url)
    page.wait_for_selector(CHART, timeout=60_000)
    page.evaluate(PAINTED)
    page.close()
    return total


async def _user(url: str, cookie: str, addresses: list[str], until: float) -> int:
    """Change filters by address as fast as the answers come; return how many updates were finished."""
    done = 0
    headers = {"Cookie": cookie, "Origin": url}
    async with websockets.connect(
        f"{url.replace('http', 'ws')}/_stcore/stream",
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    ) as connection:
        while time.monotonic() < until:
            message = BackMsg()
            message.rerun_script.query_string = addresses[done % len(addresses)]
            message.rerun_script.page_script_hash = ""
            message.rerun_script.page_name = "overview"
            await connection.send(message.SerializeToString())
            while True:
                answer = ForwardMsg()
                answer.ParseFromString(await connection.recv())
                if answer.WhichOneof("type") == "script_finished":
                    break
            done += 1
    return done


def updates_a_second(url: str, cookie: str, addresses: list[str], users: int, seconds: float) -> float:
    """Return the updates a second that one server process gives to several users at once."""

    async def all_users() -> list[int]:
        until = time.monotonic() + seconds
        turned = [addresses[user:] + addresses[:user] for user in range(users)]
        return await asyncio.gather(*(_user(url, cookie, one, until) for one in turned))

    start = time.monotonic()
    done = sum(asyncio.run(all_users()))
    return done / (time.monotonic() - start)


def measure(home: Path, rounds: int, seconds: float) -> dict[str, float]:
    """Run everything once and return the figures."""
    settings = Settings(home=home)
    root = Scope("benchmark", "leader", ("990000000000",), (ALL,), (ALL,))
    password = secrets.token_urlsafe(16)
    ledger = open_ledger(settings)
    if account.find(ledger, USERNAME) is None:
        account.add(
            ledger,
            USERNAME,
            name=USERNAME,
            role="leader",
            password=password,
            regions=root.regions,
            industries=[ALL],
            units=[ALL],
            who="cli:benchmark",
        )
    else:
        account.set_password(ledger, USERNAME, password, who="cli:benchmark")
    regions = queries.region_children(root, "990000000000", settings=settings)["code"].tolist()
    if len(regions) == 1:
        regions = queries.region_children(root, regions[0], settings=settings)["code"].tolist()
    addresses = [
        f"region={code}&from=2025-{month:02d}&to=2026-08" for month in range(1, 10) for code in regions
    ]
    bare_addresses = [f"region={one}&industry={two}" for one in range(10) for two in range(10)]
    figures: dict[str, float] = {}
    with serve(ROOT / "app.py", home) as ours, serve(ROOT / "benchmarks" / "bare_page.py", home) as bare:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            context = sign_in(browser, ours, password)
            plain = browser.new_context(viewport={"width": 1920, "height": 1080})
            for name, where, served, label in (
                ("bare", plain, bare, "industry"),
                ("overview", context, ours, "行业"),
            ):
                address = f"{served.url}/overview" if name == "overview" else served.url
                figures[f"{name}_first_open_ms"] = first_open(where, address, rounds)
                page = where.new_page()
                page.goto(address)
                page.wait_for_selector(CHART, timeout=60_000)
                page.evaluate(PAINTED)
                took, cpu = repaint(page, served, label, rounds)
                figures[f"{name}_repaint_ms"], figures[f"{name}_repaint_cpu_ms"] = took, cpu
                page.close()
                figures[f"{name}_bytes"] = received_bytes(where, address)
            cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
            browser.close()
        print(figures)
        figures["bare_updates_a_second"] = updates_a_second(bare.url, "", bare_addresses, 10, seconds)
        figures["overview_updates_a_second"] = updates_a_second(ours.url, cookie, addresses, 10, seconds)
    for name in ("first_open_ms", "repaint_ms", "repaint_cpu_ms", "updates_a_second"):
        figures[f"ratio_{name}"] = figures[f"overview_{name}"] / figures[f"bare_{name}"]
    return figures


def main() -> None:
    """Measure and print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="store with a snapshot in service")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if options.home is None:
            prepare(Settings(home=home), "city")
        figures = measure(home, options.rounds, options.seconds)
    print(json.dumps({name: round(figure, 3) for name, figure in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
