"""A line that is slow: what a page's clock tells of how it looked before its last change takes that back nowhere."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cockpit import queries
from cockpit.queries import Filters, heat
from cockpit.ui.live import EVERY_SECONDS
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import parameters, settled, shows_figure, signed_in

pytestmark = pytest.mark.browser

DRAWN = ("delta", "script_finished")
STREAM = re.compile("/_stcore/stream")
WATCH_ADDRESSES = """() => {
    window.addresses = [];
    for (const name of ['pushState', 'replaceState']) {
        const write = history[name].bind(history);
        history[name] = (...given) => { write(...given); window.addresses.push(location.search); };
    }
}"""


@dataclass
class Line:
    """The line between a page and its server, on which what is drawn can be kept back, as where drawing takes long."""

    is_held: bool = False
    kept: list[bytes] = field(default_factory=list)
    asked: int = 0
    page: WebSocketRoute | None = None

    def open(self, page: WebSocketRoute) -> None:
        self.page, server = page, page.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.asked += 1
            server.send(message)

        page.on_message(ask)
        server.on_message(self.tell)

    def tell(self, message: str | bytes) -> None:
        assert self.page
        assert isinstance(message, bytes)
        if self.is_held and ForwardMsg.FromString(message).WhichOneof("type") in DRAWN:
            self.kept.append(message)
        else:
            self.page.send(message)

    def release(self) -> None:
        assert self.page
        self.is_held = False
        for message in self.kept:
            self.page.send(message)
        self.kept.clear()


def held(page: Page) -> Line:
    line = Line()
    page.route_web_socket(STREAM, line.open)
    return line


def test_a_region_chosen_on_the_map_stays_chosen(visit: Visit, served: Served) -> None:
    scope, settings = served.installation.scope("leader"), served.installation.settings
    shown = queries.overview(scope, Filters(), settings=settings).filters
    rows = heat.places(scope, shown, None, settings=settings)
    town = rows[rows["level"] == "town"].sort_values(["open_count", "code"]).iloc[-1]
    page = visit("leader")
    line = held(page)
    page.goto("/heat?view=tiles")
    signed_in(page)
    page.evaluate(WATCH_ADDRESSES)
    line.is_held, line.asked = True, 0
    page.locator(f".st-key-tile-{town['code']} button").first.click()
    page.wait_for_timeout(2_000 * EVERY_SECONDS + 1_000)
    # The press, and the clock at least once after it.
    assert line.asked >= 2
    line.release()
    shows_figure(page, "未处置预警", int(town["open_count"]))
    page.wait_for_timeout(1_000 * EVERY_SECONDS + 1_000)
    settled(page)
    assert parameters(page)["region"] == town["code"]
    addresses = page.evaluate("window.addresses")
    first = next(at for at, one in enumerate(addresses) if f"region={town['code']}" in one)
    assert all(f"region={town['code']}" in one for one in addresses[first:]), addresses
