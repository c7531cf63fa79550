"""公开公示 in a browser: a cell opens its list, a row a place, a telephone needs no sideways scroll."""

import pytest
from playwright.sync_api import expect

from cockpit.queries import disclosure
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import OVERFLOWING, open_row, parameters, problems, readable, settled, signed_in

pytestmark = pytest.mark.browser


def test_a_cell_opens_its_list_and_a_row_a_place(visit: Visit, served: Served) -> None:
    page = visit("leader", "/disclosure")
    settled(page)
    scope, settings = served.installation.scope("leader"), served.installation.settings
    rows = disclosure.coverage(scope, settings=settings)
    chart = page.locator(".st-key-panel-disclosure-matrix- [data-testid=stVegaLiteChart]")
    box = chart.bounding_box()
    assert box
    # The middle of the fourth of eight columns, in the first row.
    page.mouse.click(box["x"] + box["width"] * 0.47, box["y"] + 52)
    expect(page.get_by_text("应公开日期最早的在前")).to_be_visible()
    settled(page)
    asked = parameters(page)
    assert asked["section"] == "late"
    found = disclosure.late(scope, asked["region"], category=asked["category"], rows=1, settings=settings)
    inside = rows[(rows["region_code"] == asked["region"]) & (rows["category"] == asked["category"])]
    assert found.total == inside["late_count"].sum() + inside["missing_count"].sum() > 0
    expect(page.get_by_text(f"共 {found.total:,} 项次")).to_be_visible()

    page.goto("/disclosure")
    signed_in(page)
    settled(page)
    table = page.locator(".st-key-panel-disclosure-places [data-testid=stDataFrame]")
    open_row(page, 0, "region=", table)
    shares = rows.groupby("region_code")[["public_count", "village_count"]].sum()
    least = (shares["public_count"] / shares["village_count"]).idxmin()
    assert parameters(page)["region"] == least
    assert not problems(page)


def test_a_phone_needs_no_sideways_scroll_nor_english(visit: Visit) -> None:
    page = visit("station", "/disclosure", width=390, height=844)
    for section in ("coverage", "late", "fund", "code"):
        page.goto(f"/disclosure?section={section}")
        signed_in(page)
        settled(page)
        assert page.evaluate(OVERFLOWING) == []
        assert not problems(page)
        assert "None" not in " ".join(readable(page))
