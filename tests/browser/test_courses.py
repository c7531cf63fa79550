"""Saved views and what a complaint hangs together with, in a browser: the address always says what is shown."""

import re

import pytest
from playwright.sync_api import expect

from cockpit.ledger import saved_view
from cockpit.queries import Filters, analysis
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import parameters, settled, shows_total

pytestmark = pytest.mark.browser


def test_a_view_is_saved_and_opened_again_with_its_address(visit: Visit, served: Served) -> None:
    page = visit("room", "/analysis?section=compare&against=previous&from=2025-01&to=2025-06")
    settled(page)
    asked = parameters(page)
    page.get_by_role("button", name="我的视图").click()
    page.get_by_label("将当前筛选和内容保存为").fill("半年对比 **粗**")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("button", name="半年对比 **粗**")).to_be_visible()
    [held] = saved_view.views(served.installation.ledger, "room", "analysis")
    assert held.parameters == asked
    page.goto("/analysis?section=handling")
    settled(page)
    page.get_by_role("button", name="我的视图").click()
    page.get_by_role("button", name="半年对比 **粗**").click()
    page.wait_for_url(re.compile("section=compare"))
    settled(page)
    assert parameters(page) == asked
    expect(page.get_by_text("主要指标", exact=True)).to_be_visible()


def test_from_one_complaint_to_all_of_its_problem(visit: Visit, served: Served) -> None:
    scope, settings = served.installation.scope("leader"), served.installation.settings
    cluster = analysis.clusters(scope, Filters(), rows=1, settings=settings).frame.iloc[0]
    page = visit("leader", f"/complaint?id={cluster['representative_id']}")
    settled(page)
    others = page.locator("[class*=st-key-related-same-] button")
    expect(others.first).to_be_visible()
    others.first.click()
    page.wait_for_url(lambda url: str(cluster["representative_id"]) not in url)
    settled(page)
    page.get_by_role("link", name="查看全部").click()
    shows_total(page, int(cluster["complaint_count"]))
    assert parameters(page)["cluster"] == cluster["cluster_id"]
