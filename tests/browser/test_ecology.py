"""政治生态 in a browser: a tile opens its place, a row of data its records, a report comes down, a phone needs no sideways scroll."""

import pytest
from playwright.sync_api import expect

from cockpit.queries import rating
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import OVERFLOWING, open_row, parameters, problems, settled, signed_in, slug

pytestmark = pytest.mark.browser


def test_a_tile_opens_its_place_and_a_number_its_records(visit: Visit, served: Served) -> None:
    page = visit("leader", "/ecology")
    settled(page)
    chart = page.locator(".st-key-ecology-whole [data-testid=stVegaLiteChart]")
    box = chart.bounding_box()
    assert box
    # The tile in the middle of the first row, whichever it is.
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + 30)
    expect(page.get_by_text("由 100 分起，每项扣了多少")).to_be_visible()
    settled(page)
    code = parameters(page)["place"]
    scope, settings = served.installation.scope("leader"), served.installation.settings
    month = rating.months(scope, settings=settings)[-1]
    parts = rating.contributions(scope, code, month, settings=settings)
    table = page.locator(".st-key-ecology-numbers [data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    expect(table.locator("table")).to_contain_text(parts["label"].iloc[0])
    open_row(page, 0, "/complaints", table)
    page.get_by_role("heading", name="投诉清单").wait_for()
    settled(page)
    asked = parameters(page)
    assert (slug(page), asked["region"], asked["to"]) == ("complaints", code, f"{month:%Y-%m}")
    assert not problems(page)


def test_a_report_comes_down(visit: Visit) -> None:
    page = visit("leader", "/ecology?section=place")
    settled(page)
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"下载 {kind}").click()
        assert taken.value.suggested_filename.endswith(f"评价报告.{kind}")
        path = taken.value.path()
        assert path.read_bytes().startswith(start)


def test_a_trial_says_that_it_is_not_official(visit: Visit) -> None:
    page = visit("leader", "/ecology?section=what_if")
    settled(page)
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_text("试算（非正式）")).to_be_visible()
    expect(page.get_by_text("非正式结果")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出为建议版本").click()
    assert b"[[version]]" in taken.value.path().read_bytes()
    assert not problems(page)


def test_a_phone_needs_no_sideways_scroll(visit: Visit) -> None:
    page = visit("leader", "/ecology", width=390, height=844)
    for section in ("whole", "place", "what_if", "method"):
        page.goto(f"/ecology?section={section}")
        signed_in(page)
        assert page.evaluate(OVERFLOWING) == []
        assert not problems(page)
