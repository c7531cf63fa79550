"""The wall in a real browser: every size whole and readable, alive through restarts, cuts and new data."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Served, serving
from tests.browser.visitor import Visitor
from tests.installation import Installation

pytestmark = pytest.mark.browser

FAST = '{"refresh_seconds": 0.1, "rotate_seconds": 5, "resume_seconds": 15}'
SIZES = [(1920, 1080), (3840, 2160), (3840, 1080)]
REFRESHES = 300
# What is cut off, what lies over something else, text that is too small or too faint; all but the map's own labels.
FAULTS = """() => {
    const wall = document.querySelector('.wall'), found = [];
    // Some versions give boxes in the units of what is zoomed.
    const whole = wall.getBoundingClientRect(), unit = innerWidth / whole.width;
    if (Math.abs(whole.height * unit - innerHeight) > 2) found.push('not the whole window');
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push('scroll bar');
    const blocks = [...wall.querySelectorAll('header, .figures-row, section, main, footer')];
    const boxes = blocks.map(one => one.getBoundingClientRect());
    boxes.forEach((a, i) => {
        if (a.left < -1 || a.top < -1 || a.right * unit > innerWidth + 1 || a.bottom * unit > innerHeight + 1) found.push(['outside', blocks[i].className]);
        boxes.slice(i + 1).forEach((b, j) => {
            if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                found.push(['overlap', blocks[i].textContent.slice(0, 20), blocks[i + 1 + j].textContent.slice(0, 20)]);
        });
    });
    for (const one of [...blocks, ...wall.querySelectorAll('.body, .line, h2, .figures-row p, .spot.on h3, .spot.on dl, .item.on, .legends p, .source, .bars b, td')])
        if (one.checkVisibility() && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
            found.push(['cut off', one.tagName, one.textContent.slice(0, 40)]);
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const walk = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const one = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !one.checkVisibility() || one.closest('svg, title')) continue;
        const style = getComputedStyle(one);
        if (parseFloat(style.fontSize) < 15.99) found.push(['small', style.fontSize, one.textContent.slice(0, 20)]);
        let ground = one;
        while (ground && (numbers(getComputedStyle(ground).backgroundColor)[3] ?? 1) < 0.9) ground = ground.parentElement;
        const [a, b] = [light(numbers(style.color)), light(numbers(getComputedStyle(ground).backgroundColor))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) found.push(['faint', style.color, one.textContent.slice(0, 20)]);
    }
    const map = wall.querySelector('svg.map'), drawn = map.viewBox.baseVal;
    if (18 * Math.min(map.clientWidth / drawn.width, map.clientHeight / drawn.height) < 16) found.push('small map');
    return found;
}"""
SCALED = """() => {
    const style = document.querySelector('.wall').style, zoom = Math.min(innerHeight / 1080, innerWidth / 1900);
    return Math.abs(style.zoom - zoom) < 0.001 && Math.abs(parseFloat(style.width) * zoom - innerWidth) < 1;
}"""
BEATS = """() => { window.beats = 0; let at = window.screenHeardAt;
    setInterval(() => { if (window.screenHeardAt !== at) { at = window.screenHeardAt; window.beats += 1 } }, 20) }"""


@pytest.fixture(scope="module")
def fast(demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A cockpit whose screen looks for news ten times a second."""
    folder = tmp_path_factory.mktemp("fast")
    patch = pytest.MonkeyPatch()
    patch.setenv("COCKPIT_SCREEN", FAST)
    with serving(demo_installation.copy(folder / "home"), folder) as made:
        yield made
    patch.undo()


@pytest.fixture(scope="module")
def wall(browser: Browser, fast: Served) -> Iterator[Page]:
    """The screen of a kiosk, signed in through the form."""
    visitor = Visitor(browser, fast, *SIZES[0])
    page = visitor.page
    page.goto("/")
    page.get_by_label("用户名").fill("kiosk")
    page.get_by_label("密码", exact=True).fill(fast.installation.passwords["kiosk"])
    page.get_by_role("button", name="登录", exact=True).click()
    stands(page)
    yield page
    assert not visitor.strangers()
    visitor.context.close()


def stands(page: Page) -> None:
    page.locator(".wall h1").wait_for()
    page.locator(".wall .spot.on").wait_for()


def heap(page: Page) -> float:
    """Return the bytes that the page's scripts hold once what nobody needs is gone."""
    tool = page.context.new_cdp_session(page)
    tool.send("HeapProfiler.collectGarbage")
    used = tool.send("Runtime.getHeapUsage")["usedSize"]
    tool.detach()
    return float(used)


def shown(page: Page) -> str:
    return page.locator(".wall .spot.on h3").evaluate("one => one.firstChild.data")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_size_is_whole_and_readable(wall: Page, size: tuple[int, int]) -> None:
    wall.set_viewport_size({"width": size[0], "height": size[1]})
    wall.wait_for_function(SCALED)
    assert wall.evaluate(FAULTS) == []
    # What the other colouring says is as readable.
    wall.evaluate("document.querySelector('.wall').dataset.colour = 'rating'")
    assert wall.evaluate(FAULTS) == []
    wall.evaluate("document.querySelector('.wall').dataset.colour = 'pressure'")
    wall.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})


def test_a_kiosk_opens_nothing_else(wall: Page, fast: Served) -> None:
    assert wall.locator(".wall a").count() == 0
    other = wall.context.new_page()
    for slug in ("overview", "alerts", "complaints"):
        other.goto(f"/{slug}")
        expect(other.get_by_text("您的角色无权查看此页。")).to_be_visible()
    other.close()


def test_it_turns_by_itself_and_by_the_keyboard_drills_and_comes_back(wall: Page) -> None:
    first = shown(wall)
    wall.wait_for_function(
        "name => document.querySelector('.spot.on h3').firstChild.data !== name", arg=first
    )
    second = shown(wall)
    wall.keyboard.press("ArrowLeft")
    assert shown(wall) == first
    wall.keyboard.press("ArrowRight")
    assert shown(wall) == second
    wall.keyboard.press(" ")
    expect(wall.locator('[data-do="pause"]')).to_have_text("继续轮播")
    wall.keyboard.press(" ")
    wall.locator(".map .area").nth(1).dispatch_event("click")
    expect(wall.locator(".wall nav button")).to_have_count(2)
    wall.keyboard.press("Escape")
    expect(wall.locator(".wall nav button")).to_have_count(1)
    wall.locator(".map .area").first.dispatch_event("click")
    expect(wall.locator(".wall nav button")).to_have_count(2)
    # Nobody touches it: it goes back to where it is held.
    expect(wall.locator(".wall nav button")).to_have_count(1)


def test_hundreds_of_refreshes_leave_heap_and_server_as_they_were(wall: Page, fast: Served) -> None:
    process = psutil.Process(fast.process.pid)
    wall.evaluate(BEATS)
    wall.wait_for_function("window.beats >= 20")
    before, memory = heap(wall), process.memory_info().rss
    wall.wait_for_function(f"window.beats >= {REFRESHES}")
    assert heap(wall) < 1.1 * before + 1e6
    assert process.memory_info().rss < 1.1 * memory
    assert wall.locator(".wall .lost").is_hidden()


def test_a_new_snapshot_comes_by_itself(wall: Page, fast: Served) -> None:
    build = fast.installation.build()
    expect(wall.locator(".wall .source")).to_contain_text(build)
    stands(wall)


def test_a_cut_connection_is_told_and_mends(wall: Page, fast: Served) -> None:
    os.kill(fast.process.pid, signal.SIGSTOP)
    try:
        expect(wall.locator(".wall .lost")).to_contain_text("连接已中断")
        assert wall.locator(".wall h1").is_visible()
    finally:
        os.kill(fast.process.pid, signal.SIGCONT)
    expect(wall.locator(".wall .lost")).to_be_hidden()
    stands(wall)


def test_a_restart_of_the_server_is_survived(
    wall: Page, fast: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_SCREEN", FAST)
    command = psutil.Process(fast.process.pid).cmdline()
    environment = psutil.Process(fast.process.pid).environ()
    fast.process.terminate()
    fast.process.wait()
    time.sleep(2)
    with Path(fast.log).open("a") as log:
        fast.process = subprocess.Popen(command, cwd=Path.cwd(), env=environment, stdout=log, stderr=log)
    fast.wait()
    wall.evaluate("window.old = true")
    wall.wait_for_function(
        "!window.old || !document.querySelector('.lost') || document.querySelector('.lost').hidden"
    )
    stands(wall)
    expect(wall.locator(".wall .lost")).to_be_hidden()


def test_an_ended_session_shows_the_form_and_nothing_else(wall: Page, fast: Served) -> None:
    from cockpit.ledger import account

    account.set_disabled(fast.installation.ledger, "kiosk", True, who="test")
    wall.get_by_label("用户名").wait_for()
    expect(wall.locator(".wall")).to_have_count(0)
    assert "has-wall" not in (wall.locator("html").get_attribute("class") or "")
