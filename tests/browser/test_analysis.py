"""The analysis in a browser: a cell opens its rows, a place leads down, the path up, the address comes back."""

import csv
import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from cockpit import queries
from cockpit.queries import Filters, analysis
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import (
    mark,
    parameters,
    problems,
    readable,
    settled,
    shows_total,
    signed_in,
    slug,
)

pytestmark = pytest.mark.browser

# Latin words that are names: of methods, measures, files and people.
LATIN = re.compile(r"STL|HHI|Gi\*|csv|xlsx|q|leader|φ|[0-9a-z]+Z-[0-9a-z]+")


def choose_section(page: Page, name: str) -> None:
    settled(page)
    page.get_by_role("radio", name=name, exact=True).click()
    page.wait_for_url(re.compile("section="))
    settled(page)


def press_point(page: Page, plot: Locator, find: str, asked: object = None) -> None:
    """Press a point of a chart: `find` gives, in the browser, the numbers of its trace and of itself, and its mark.

    What is taken for pressed is what the chart last knew to be under the pointer, which it looks for now and then.
    """
    for _ in range(10):
        curve, number, x, y = plot.evaluate(
            f"""(plot, asked) => {{
                const [curve, number, mark] = ({find})(plot, asked), box = mark.getBoundingClientRect();
                return [curve, number, box.x + box.width / 2, box.y + box.height / 2];
            }}""",
            asked,
        )
        page.mouse.move(x, y + 60)
        page.mouse.move(x, y, steps=4)
        with suppress(TooSlow):
            page.wait_for_function(
                "([plot, curve, number]) => plot._hoverdata?.some("
                "point => point.curveNumber === curve && point.pointNumber === number)",
                arg=[plot.element_handle(), curve, number],
                timeout=3000,
            )
            break
    page.mouse.click(x, y)


def test_a_cell_of_the_matrix_opens_exactly_its_rows(visit: Visit, served: Served) -> None:
    scope, settings = served.installation.scope("leader"), served.installation.settings
    cells = analysis.region_industry(scope, Filters(), settings=settings)
    named = cells[(cells["region_code"] != scope.regions[0]) & (cells["industry_code"] != "")]
    cell = named.sort_values(["now", "region_code"]).iloc[-1]
    page = visit("leader", "/analysis")
    choose_section(page, "行业")
    assert parameters(page)["section"] == "industry"
    squares = page.locator(".js-plotly-plot").first
    squares.scroll_into_view_if_needed()
    press_point(
        page,
        squares,
        """(plot, [place, industry]) => {
            const curve = plot.data.findIndex(trace => trace.type === 'scatter');
            const points = plot.data[curve].customdata;
            const number = points.findIndex(point => point[0] === place && point[1] === industry);
            return [curve, number, plot.querySelectorAll('.scatterlayer .textpoint')[number]];
        }""",
        [cell["region_code"], cell["industry_code"]],
    )
    shows_total(page, int(cell["now"]))
    assert slug(page) == "complaints"
    asked = parameters(page)
    assert (asked["region"], asked["industry"]) == (cell["region_code"], cell["industry_code"])


def test_a_month_and_a_row_of_the_period_open_exactly_their_rows(visit: Visit, served: Served) -> None:
    page = visit("leader", "/analysis?section=period")
    settled(page)
    line = page.locator(".st-key-panel-period-band .js-plotly-plot")
    line.scroll_into_view_if_needed()
    first, count = line.evaluate(
        """plot => {
            const trace = plot.data.find(trace => trace.name === '实际件数'), last = trace.x.length - 4;
            return [trace.customdata[last][0], trace.y[last]];
        }"""
    )
    press_point(
        page,
        line,
        """plot => {
            const curve = plot.data.findIndex(trace => trace.name === '实际件数');
            const points = plot.querySelectorAll('.scatterlayer .trace')[curve].querySelectorAll('.point');
            const last = plot.data[curve].x.length - 4;
            return [curve, last, points[last]];
        }""",
    )
    shows_total(page, int(count))
    assert slug(page) == "complaints"
    assert parameters(page)["start"] == first


def test_a_place_leads_down_the_path_up_and_the_address_back(visit: Visit, served: Served) -> None:
    scope = served.installation.scope("leader")
    names = queries.region_children(scope, settings=served.installation.settings)
    town = names.iloc[0]
    page = visit("leader", "/analysis?section=region")
    settled(page)
    mark(page, "symbol", town["name"]).first.click()
    expect(page.get_by_text("与同级地区比较")).to_be_visible()
    settled(page)
    asked = parameters(page)
    assert (asked["region"], asked["section"]) == (town["code"], "region")
    again = page.context.new_page()
    again.goto(page.url)
    signed_in(again)
    expect(again.get_by_text("与同级地区比较")).to_be_visible()
    assert parameters(again) == asked
    again.locator(".st-key-crumb-root button").click()
    expect(again.get_by_text("与同级地区比较")).to_have_count(0)
    settled(again)
    assert "region" not in parameters(again)
    assert parameters(again)["section"] == "region"


def test_a_panel_hands_out_its_numbers_and_speaks_chinese(
    visit: Visit, served: Served, tmp_path: Path
) -> None:
    page = visit("leader", "/analysis?section=industry")
    settled(page)
    words = {text for text in readable(page) if re.search("[A-Za-z]{2}", LATIN.sub("", text))}
    assert not words, words
    page.get_by_role("button", name=re.compile("口径与导出")).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("导出 ?csv")).first.click()
    path = tmp_path / "pareto.csv"
    download.value.save_as(path)
    head, *rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert "导出人：leader" in head[0]
    found = analysis.region_industry(
        served.installation.scope("leader"), Filters(), settings=served.installation.settings
    )
    assert rows[0][:3] == ["行业代码", "行业", "件数"]
    assert sum(int(row[2]) for row in rows[1:]) == found["now"].sum()
    assert not problems(page)
