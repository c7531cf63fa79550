"""Who writes stays signed in for as long as they write, and not longer than may pass without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from cockpit import queries
from cockpit.queries import Filters
from tests.browser.served import Served, serving
from tests.browser.visitor import Visitor, sign_in
from tests.installation import Installation

pytestmark = pytest.mark.browser

IDLE_SECONDS = 15


@pytest.fixture
def hasty(
    demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """Serve an installation of its own, whose sessions end soon."""
    folder = tmp_path_factory.mktemp("hasty")
    monkeypatch.setenv("COCKPIT_IDLE_MINUTES", str(IDLE_SECONDS / 60))
    with serving(demo_installation.copy(folder / "home"), folder) as running:
        yield running


def test_a_long_text_is_not_lost_while_it_is_written(browser: Browser, hasty: Served) -> None:
    made = hasty.installation
    found = queries.alert_list(made.scope("leader"), Filters(), state="open", settings=made.settings)
    visitor = Visitor(browser, hasty)
    page = visitor.page
    page.goto(f"/alert?id={found.frame['id'].iloc[0]}")
    sign_in(page, hasty, "leader")
    page.get_by_role("button", name="督办", exact=True).click()
    field = page.get_by_label("督办要求")
    field.click()
    written = ""
    while len(written) < 1.5 * IDLE_SECONDS:
        page.keyboard.type("写")
        written += "写"
        page.wait_for_timeout(1_000)
    expect(field).to_have_value(written)
    # Nothing is written any more.
    page.get_by_label("用户名").wait_for(timeout=4_000 * IDLE_SECONDS)
    expect(page.get_by_text("没有操作，请重新登录")).to_be_visible()
    visitor.context.close()
