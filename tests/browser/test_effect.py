"""监督成效 in a browser: a number opens its rows, the address comes back, a phone needs no sideways scroll."""

import re

import pytest
from playwright.sync_api import expect

from cockpit.queries import Filters, effect
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import (
    OVERFLOWING,
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
# Of a table: the height of a row, and the width of the names before the counts.
NAMES = 110


def cohorts(served: Served, username: str) -> effect.Cohorts:
    return effect.cohorts(
        served.installation.scope(username), Filters(), settings=served.installation.settings
    )


@pytest.mark.parametrize("username", ["leader", "station"])
def test_a_number_opens_its_rows(visit: Visit, served: Served, username: str) -> None:
    found = cohorts(served, username)
    page = visit(username, "/effect")
    shows_figure(page, "预警", int(found.total["alert_count"]))
    card = page.get_by_test_id("stMetric").filter(has=page.get_by_text(re.compile("^查实（条）$")))
    expect(card.get_by_test_id("stMetricValue")).to_have_text(f"{found.total['substantiated_count']:,.0f}")
    page.get_by_role("link", name="查看明细").nth(1).click()
    shows_total(page, int(found.total["substantiated_count"]))
    assert (slug(page), parameters(page)["finding"]) == ("alerts", "confirmed")
    assert not problems(page)


def test_a_figure_of_the_page_itself_shows_its_section_and_the_address_comes_back(
    visit: Visit, served: Served
) -> None:
    rows = effect.rectifications(
        served.installation.scope("leader"), Filters(), settings=served.installation.settings
    )
    rules = int((rows["kind"] == "rule").sum())
    page = visit("leader", "/effect")
    page.locator(".st-key-effect-figure-change-rule button").click()
    expect(page.get_by_text(f"清单：制度建设，共 {rules:,} 条")).to_be_visible()
    settled(page)
    asked = parameters(page)
    assert (asked["section"], asked["kind"]) == ("change", "rule")
    again = page.context.new_page()
    again.goto(page.url)
    signed_in(again)
    expect(again.get_by_text(f"清单：制度建设，共 {rules:,} 条")).to_be_visible()
    assert parameters(again) == asked


def test_a_cell_of_a_table_opens_its_rows(visit: Visit, served: Served) -> None:
    by_source = cohorts(served, "leader").by("source").iloc[0]
    page = visit("leader", "/effect")
    settled(page)
    table = page.locator(".st-key-effect-source [data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    expect(table.locator("table")).to_contain_text(by_source["name"])
    # In the first row, right of the names: how many came from the source named first.
    open_row(page, 0, "/alerts", table, NAMES + 20)
    shows_total(page, int(by_source["alert_count"]))
    assert (slug(page), parameters(page)["source"]) == ("alerts", by_source["key"])
    # Back on the page, what was pressed does not open again.
    page.go_back()
    page.get_by_role("heading", name="监督成效").wait_for()
    settled(page)
    assert slug(page) == "effect"


def test_a_phone_needs_no_sideways_scroll(visit: Visit) -> None:
    page = visit("leader", "/effect", width=390, height=844)
    for section in ("cohort", "change", "document"):
        page.goto(f"/effect?section={section}")
        signed_in(page)
        assert page.evaluate(OVERFLOWING) == []
        assert not problems(page)
