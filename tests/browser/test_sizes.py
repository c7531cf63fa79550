"""A telephone shows a station its pages without scrolling sideways; a wall shows all within its width."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.visitor import OVERFLOWING, WIDEST, problems, settled, signed_in

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/overview",
    "/analysis",
    "/analysis?section=industry",
    "/analysis?section=period",
    "/tasks",
    "/complaints",
    "/complaint?id=NASTY-HTML",
    "/alerts",
    "/alert?id=NASTY-HTML",
)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_nothing_is_wider_than_the_window(visit: Visit, width: int, height: int) -> None:
    page = visit("station", ADDRESSES[0], width=width, height=height)
    for address in ADDRESSES:
        if address != ADDRESSES[0]:
            page.goto(address)
            signed_in(page)
        page.get_by_text("演示数据").first.wait_for()
        settled(page)
        assert problems(page) == []
        assert page.evaluate(WIDEST) <= width, address
        assert page.evaluate(OVERFLOWING) == [], address
