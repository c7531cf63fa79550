"""What a person does in a browser, and what they see."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from tests.browser.served import Served

# What a machine several times slower than a good one needs; only what fails waits so long.
SLOW_MS = 60_000
# Of a grid's head and rows, in pixels.
HEAD, ROW = 35, 35
RESTED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const waits = '[data-testid=stSkeleton], [data-testid=stAppSkeleton], [data-stale=true]';
    return app?.getAttribute('data-test-script-state') === 'notRunning' && !document.querySelector(waits);
}"""
# Every text a person can read, icons (drawn from their names) left out, and what stands in empty fields.
READABLE = """() => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode, parent = node.parentElement;
        if (!node.data.trim() || parent.closest('[data-testid=stIconMaterial], [data-testid=stAlertDynamicIcon], [role=img], script, style, noscript, canvas')) continue;
        if (parent.checkVisibility({opacityProperty: true, visibilityProperty: true})) {
            const box = parent.getBoundingClientRect();
            if (box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0) found.push(node.data.trim());
        }
    }
    for (const field of document.querySelectorAll('[placeholder]:placeholder-shown')) found.push(field.placeholder);
    return found;
}"""
# What is wider than the window, scrolled or hidden by nothing on the way up.
OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || box.right <= innerWidth + 1 || !one.checkVisibility()) return false;
    for (let up = one.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible' && up.scrollWidth <= up.clientWidth + 1 && up !== document.body)
            return false;
        else if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX) && up.clientWidth < innerWidth - 60)
            return false;
    return true;
}).slice(0, 5).map(one => one.outerHTML.slice(0, 160))"""
WIDEST = """() => Math.max(...['html', '[data-testid=stMain]', '[data-testid=stMainBlockContainer]']
    .map(name => document.querySelector(name)?.scrollWidth ?? 0))"""

# Its button bears our words by a rule of style, which a browser reads and axe does not.
UPLOAD = "[data-testid=stFileUploaderDropzone]"


class Visitor:
    """One person's browser: a context of their own, watched for requests that leave the machine."""

    def __init__(self, browser: Browser, served: Served, width: int = 1280, height: int = 900) -> None:
        self.served = served
        self.asked: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=served.address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.context.set_default_timeout(SLOW_MS)
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("page", self.listen)
        self.page = self.context.new_page()
        self.listen(self.page)

    def listen(self, page: Page) -> None:
        """Hear of the connections of a tab, which are no requests to its context."""
        page.on("websocket", lambda opened: self.asked.append(opened.url))

    def strangers(self) -> set[str]:
        """Return the hosts asked for anything, other than the cockpit."""
        assert any(url.startswith("ws") for url in self.asked)
        own = urlsplit(self.served.address).netloc
        return {urlsplit(url).netloc for url in self.asked} - {"", own}

    def is_hacked(self) -> bool:
        return any(page.evaluate("window.hacked") for page in self.context.pages)


def settled(page: Page) -> None:
    """Wait until the script of the page has run to its end and all of it is painted."""
    page.wait_for_function(RESTED)


def sign_in(page: Page, served: Served, username: str) -> None:
    passwords = served.installation.passwords
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(passwords.get(username, passwords["station"]))
    page.get_by_role("button", name="登录", exact=True).click()
    signed_in(page)


def signed_in(page: Page) -> None:
    # In the sidebar, which a narrow window folds away.
    page.get_by_text("退出登录").wait_for(state="attached")
    settled(page)


def form_alone(page: Page) -> None:
    """Wait for the sign-in, and see that it stands alone."""
    page.get_by_label("用户名").wait_for()
    expect(page.get_by_text("正在进入")).to_have_count(0)
    settled(page)
    foreign = set(readable(page)) - {"清源驾驶舱", "登录", "用户名", "密码"}
    assert not foreign, foreign


def readable(page: Page) -> list[str]:
    return [text for text in page.evaluate(READABLE) if text.strip("\u200b\ufeff ")]


def parameters(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def slug(page: Page) -> str:
    return urlsplit(page.url).path.strip("/")


def shows_figure(page: Page, label: str, value: int) -> None:
    """Wait until the card of a measure shows a number."""
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text(re.compile(rf"^{label}(（.*）)?$")))
    expect(card.get_by_test_id("stMetricValue")).to_have_text(re.compile(rf"^\s*{value:,}(?![\d,.])"))


def shows_total(page: Page, value: int) -> None:
    """Wait until a list says how many rows it has."""
    expect(
        page.get_by_test_id("stMarkdown").filter(has_text=re.compile(rf"^共 {value:,} [件条]"))
    ).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box by its label."""
    settled(page)
    box = page.get_by_test_id("stSelectbox").filter(has=page.get_by_text(label, exact=True))
    field = box.get_by_role("combobox")
    item = page.get_by_role("option", name=option, exact=True)
    for _ in range(4):
        field.click()
        try:
            # The list moves into its place: it need not have come to rest.
            item.click(force=True, timeout=SLOW_MS / 4)
            expect(field).to_have_value(option, timeout=SLOW_MS / 4)
            return
        except (TooSlow, AssertionError):
            # A run of the page that ended just then has closed the list.
            page.keyboard.press("Escape")
    raise AssertionError(f"{label}: no {option}")


def press_row(page: Page, row: int, table: Locator | None = None, x: float = 15) -> None:
    """Press a row of a table, the last unless told, by its place, from 0, once the table has come to rest."""
    settled(page)
    grid = (table or page.get_by_test_id("stDataFrame").last).locator("canvas").first
    grid.scroll_into_view_if_needed()
    box = None
    for _ in range(20):
        before, box = box, grid.bounding_box()
        if box and box == before:
            break
        page.wait_for_timeout(250)
        settled(page)
    assert box
    left, top = box["x"] + x, box["y"] + HEAD + ROW * (row + 0.5)
    # A grid learns where it now is from a mouse that moves over it, as a hand's does before it presses.
    page.mouse.move(left + 60, top + 20)
    page.mouse.click(left, top)


def open_row(page: Page, row: int, address: str, table: Locator | None = None, x: float = 15) -> None:
    """Press a row until what it leads to is in the address: a page still being drawn takes no press."""
    for _ in range(4):
        press_row(page, row, table, x)
        try:
            page.wait_for_url(re.compile(address), timeout=SLOW_MS / 4)
        except TooSlow:
            continue
        settled(page)
        return
    raise AssertionError(f"row {row} does not open {address}")


def mark(page: Page, kind: str, name: str) -> Locator:
    """Return the mark of a chart that stands for a place: a symbol or a shape."""
    return page.locator(f".mark-{kind} path[aria-label*='地区: {name};']")


def faults(page: Page) -> list[str]:
    """Return what axe finds of serious or critical accessibility faults."""
    found = Axe().run(page, context={"exclude": [[UPLOAD]]}).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def problems(page: Page) -> list[Any]:
    """Return what the page says went wrong."""
    return page.locator("[data-testid=stException], [data-testid=stAlertContentError]").all_inner_texts()
