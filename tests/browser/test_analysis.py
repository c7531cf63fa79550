"""The analysis in a browser: a cell opens its rows, a place leads down, the path up, the address comes back."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
    at = squares.evaluate(
        """(plot, [place, industry]) => {
            const points = plot.data.find(trace => trace.type === 'scatter').customdata;
            const number = points.findIndex(point => point[0] === place && point[1] === industry);
            const box = plot.querySelectorAll('.scatterlayer .textpoint')[number].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        [cell["region_code"], cell["industry_code"]],
    )
    page.mouse.click(*at)
    shows_total(page, int(cell["now"]))
    assert slug(page) == "complaints"
    asked = parameters(page)
    assert (asked["region"], asked["industry"]) == (cell["region_code"], cell["industry_code"])


def test_a_month_and_a_row_of_the_period_open_exactly_their_rows(visit: Visit, served: Served) -> None:
    page = visit("leader", "/analysis?section=period")
    settled(page)
    line = page.locator(".st-key-panel-period-band .js-plotly-plot")
    line.scroll_into_view_if_needed()
    first, count, *at = line.evaluate(
        """plot => {
            const number = plot.data.findIndex(trace => trace.name === '实际件数');
            const trace = plot.data[number], last = trace.x.length - 4;
            const points = plot.querySelectorAll('.scatterlayer .trace')[number].querySelectorAll('.point');
            const box = points[last].getBoundingClientRect();
            return [trace.customdata[last][0], trace.y[last], box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    # What is clicked is what the pointer was over before.
    page.mouse.move(at[0], at[1] + 60, steps=4)
    page.mouse.click(*at)
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
