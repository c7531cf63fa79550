"""预警热力 in a browser: map and tiles lead down, cells open their rows, the model case is five clicks away, back comes back."""

import json
import re
from dataclasses import replace
from math import asinh, pi, radians, tan
from typing import Any

import pytest
import shapely
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from cockpit import queries
from cockpit.charts import heat_map
from cockpit.queries import Filters, heat
from cockpit.region_code import level
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import (
    OVERFLOWING,
    WIDEST,
    open_row,
    parameters,
    problems,
    settled,
    shows_figure,
    shows_total,
    signed_in,
    slug,
)

pytestmark = pytest.mark.browser

CASE = "YJ-0001"
TILE = 512
MOVES_MAX, SOON_MS, REST_MS = 12, 8_000, 2_000
TABS_MAX = 200
# A longer press is none to the map: it asks what lies below while the button is down, on slow machines for seconds.
PRESS_MS = 250
WATCH_PRESSES = """() => {
    if (window.presses) return;
    window.presses = [];
    let down = 0;
    addEventListener('pointerdown', () => { down = performance.now(); }, true);
    addEventListener('pointerup', () => { window.presses.push(performance.now() - down); }, true);
}"""
# Resolves when ten frames in a row have come without delay, or after ten seconds.
CALM = """() => new Promise(resolve => {
    const since = performance.now();
    let last = since, calm = 0;
    const look = () => {
        const now = performance.now();
        calm = now - last < 100 ? calm + 1 : 0;
        last = now;
        calm > 10 || now - since > 10_000 ? resolve() : requestAnimationFrame(look);
    };
    look();
})"""


def chosen(served: Served, username: str = "leader") -> Filters:
    scope, settings = served.installation.scope(username), served.installation.settings
    return queries.overview(scope, Filters(), settings=settings).filters


def places(served: Served, shown: Filters, at: str | None) -> Any:
    scope, settings = served.installation.scope("leader"), served.installation.settings
    return heat.places(scope, shown, at, settings=settings)


def click_map(page: Page, served: Served, shown: Filters, at: str, code: str) -> None:
    """Click inside the outline of a place on the map of a focus, which is drawn flat."""
    scope, settings = served.installation.scope("leader"), served.installation.settings
    rows = places(served, shown, at)
    outlines = heat.boundaries(scope, rows["code"].tolist(), settings=settings)
    shapes = {
        one: json.loads(text) for one, text in zip(outlines["region_code"], outlines["geometry"], strict=True)
    }
    view = heat_map._view(rows, shapes, pitch=0)
    point = shapely.geometry.shape(shapes[code]).representative_point()

    def north(latitude: float) -> float:
        return asinh(tan(radians(latitude))) / (2 * pi)

    size = TILE * 2**view.zoom
    chart = page.get_by_test_id("stDeckGlJsonChart")
    chart.locator("canvas").first.wait_for()
    chart.scroll_into_view_if_needed()
    name = rows.loc[rows["code"] == code, "name"].iloc[0]
    tooltip = page.locator(".deck-tooltip").first
    page.evaluate(WATCH_PRESSES)
    for _ in range(MOVES_MAX):
        box = chart.bounding_box()
        assert box
        x = box["x"] + box["width"] / 2 + (point.x - view.longitude) / 360 * size
        y = box["y"] + box["height"] / 2 - (north(point.y) - north(view.latitude)) * size
        page.mouse.move(x - 3, y - 3)
        page.mouse.move(x, y)
        try:
            expect(tooltip).to_contain_text(name, timeout=SOON_MS)
            # Drawn by the processor, the map needs a while to come to rest: until then a press is none, or a drag.
            page.wait_for_timeout(REST_MS)
            page.evaluate(CALM)
            page.mouse.click(x, y)
            page.wait_for_url(re.compile(f"region={code}"), timeout=3 * SOON_MS)
        except (AssertionError, TooSlow):
            continue
        return
    longest = page.evaluate("Math.max(0, ...window.presses)")
    if longest > PRESS_MS:
        pytest.skip(
            f"drawn by the processor, a press on the map takes {longest:.0f} ms here and is none to it"
        )
    raise AssertionError(f"{name} cannot be clicked")


def open_rows(page: Page, square: Locator) -> None:
    """Click a cell until the list behind it opens: a page still being drawn takes no press."""
    for _ in range(4):
        settled(page)
        square.click()
        try:
            page.wait_for_url(re.compile("/alerts"), timeout=2 * SOON_MS)
        except TooSlow:
            continue
        return
    raise AssertionError("a cell opens nothing")


def choose_section(page: Page, name: str) -> None:
    settled(page)
    page.get_by_role("radio", name=name, exact=True).first.click()
    page.wait_for_url(re.compile("section="))
    settled(page)


def test_the_map_leads_down_back_comes_back_and_the_address_reopens(visit: Visit, served: Served) -> None:
    shown = chosen(served)
    rows = places(served, shown, "village")
    village = rows[rows["level"] == "village"].sort_values(["alert_count", "code"]).iloc[-1]
    page = visit("leader", "/heat")
    settled(page)
    shows_figure(page, "预警量", int(rows["alert_count"].sum()))
    click_map(page, served, shown, "village", village["code"])
    page.wait_for_url(re.compile(f"region={village['code']}"))
    shows_figure(page, "预警量", int(village["alert_count"]))
    again = page.context.new_page()
    again.goto(page.url)
    signed_in(again)
    shows_figure(again, "预警量", int(village["alert_count"]))
    assert parameters(again) == parameters(page)
    page.locator(".st-key-crumb-root button").click()
    shows_figure(page, "预警量", int(rows["alert_count"].sum()))
    page.wait_for_url(lambda url: "region=" not in url)
    settled(page)
    assert "region" not in parameters(page)
    assert not problems(page)


def test_a_tile_is_a_text_and_leads_down_by_key(visit: Visit, served: Served) -> None:
    shown = chosen(served)
    rows = places(served, shown, None)
    busiest = rows[rows["level"] == "town"].sort_values(["open_count", "code"]).iloc[-1]
    page = visit("leader", "/heat?view=tiles")
    settled(page)
    tile = page.locator(f".st-key-tile-{busiest['code']} button").first
    expect(tile).to_contain_text(busiest["name"])
    expect(tile).to_contain_text(f"{busiest['open_count']} 条")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"region={busiest['code']}"))
    shows_figure(page, "未处置预警", int(busiest["open_count"]))
    assert parameters(page)["view"] == "tiles"


def tab_to(page: Page, words: str) -> None:
    """Press the tabulator until a button or link that reads so has the focus."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        has, text = page.evaluate(
            "[document.activeElement.matches('button, a'), document.activeElement.innerText]"
        )
        if has and words in text:
            return
    raise AssertionError(f"{words} cannot be reached by the keyboard")


def test_the_keyboard_alone_leads_from_the_map_to_the_alerts_of_a_place(visit: Visit, served: Served) -> None:
    rows = places(served, chosen(served), None)
    busiest = rows[rows["level"] == "town"].sort_values(["alert_count", "code"]).iloc[-1]
    page = visit("leader", "/heat")
    settled(page)
    # The choice of the section, then that of the view: within one, arrows lead on.
    tab_to(page, "地图")
    tab_to(page, "地图")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("view=tiles"))
    settled(page)
    tab_to(page, busiest["name"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"region={busiest['code']}"))
    settled(page)
    tab_to(page, "查看所列预警")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/alerts"))
    shows_total(page, int(busiest["alert_count"]))
    assert parameters(page)["region"] == busiest["code"]


def test_a_cell_opens_as_many_rows_as_it_says_and_back_returns(visit: Visit, served: Served) -> None:
    shown = chosen(served)
    scope, settings = served.installation.scope("leader"), served.installation.settings
    parts = places(served, shown, None)
    names = dict(zip(parts["code"], parts["name"], strict=True))
    for by, index in (("month", 0), ("module", 1)):
        cells = heat.cells(
            scope, shown, [code for code in names if level(code) == "town"], by, settings=settings
        )
        cells = cells[cells["place"] != ""]
        assert len(cells)
        cell = cells.sort_values(["alert_count", "place", "key"]).iloc[-1]
        page = visit("leader", "/heat?section=matrix")
        settled(page)
        column = cell["key"][2:] if by == "month" else heat_labels()[cell["key"]]
        chart = page.get_by_test_id("stVegaLiteChart").nth(index)
        chart.scroll_into_view_if_needed()
        square = chart.locator(f".mark-rect path[aria-label^='{names[cell['place']]} {column}：']").first
        open_rows(page, square)
        shows_total(page, int(cell["alert_count"]))
        assert slug(page) == "alerts"
        asked = parameters(page)
        assert asked["region"] == cell["place"]
        assert asked.get("module" if by == "module" else "start", "").startswith(cell["key"])
        # The library first puts what a page is given into the address of the one that is left.
        for _ in range(2):
            page.go_back()
            page.get_by_role("heading", name="预警热力").wait_for()
            settled(page)
        assert slug(page) == "heat"
        assert parameters(page)["section"] == "matrix"
        assert "region" not in parameters(page)


def heat_labels() -> dict[str, str]:
    from cockpit.contract.codes import MODULE

    return MODULE | {"": "无模块"}


def test_the_model_case_from_the_map_to_its_evidence(visit: Visit, served: Served) -> None:
    """One click less than from the province, whose map shows counties: this one begins at a county."""
    scope, settings = served.installation.scope("leader"), served.installation.settings
    case = queries.alert_detail(scope, CASE, settings=settings).iloc[0]
    assert (case["module"], case["alert_level"], case["disposition"]) == ("labour", "red", "talk")
    assert (case["persons"], case["recovered"]) == (3, 600)
    shown = chosen(served)
    page = visit("leader", "/heat?colour=red")
    settled(page)
    click_map(page, served, shown, "village", case["region_code"])
    page.wait_for_url(re.compile(f"region={case['region_code']}"))
    choose_section(page, "矩阵")
    square = (
        page.get_by_test_id("stVegaLiteChart").nth(1).locator(".mark-rect path[aria-label*=' 劳务用工：']")
    )
    square.first.scroll_into_view_if_needed()
    open_rows(page, square.first)
    inside = replace(shown, region=case["region_code"])
    listed = queries.alert_list(
        scope, inside, narrowing=queries.AlertNarrowing(module="labour"), settings=settings
    ).frame
    shows_total(page, len(listed))
    open_row(page, listed["id"].tolist().index(CASE), f"id={CASE}")
    expect(page.get_by_text("三名村干部在工资之外").first).to_be_visible()
    assert not problems(page)


def test_a_telephone_shows_all_without_scrolling_sideways(visit: Visit) -> None:
    page = visit("leader", "/heat", width=390, height=844)
    for address in ("/heat?view=tiles", "/heat?section=matrix", "/heat?section=course", "/heat"):
        page.goto(address)
        signed_in(page)
        settled(page)
        assert page.evaluate(WIDEST) <= 390, address
        assert page.evaluate(OVERFLOWING) == [], address
        assert not problems(page)


def test_levels_and_ages_open_their_rows(visit: Visit, served: Served) -> None:
    scope, settings = served.installation.scope("leader"), served.installation.settings
    shown = chosen(served)
    late = queries.alert_list(scope, shown, state="stuck", settings=settings).total
    is_open = queries.alert_list(scope, shown, state="open", settings=settings).total
    page = visit("leader", "/heat?section=course")
    settled(page)
    expect(page.get_by_text(f"滞留的预警（{late:,} 条")).to_be_visible()
    total = page.get_by_test_id("stVegaLiteChart").first.locator(".mark-rect path[aria-label^='合计 合计：']")
    total.first.click()
    shows_total(page, is_open)
    assert parameters(page)["alert_state"] == "open"
