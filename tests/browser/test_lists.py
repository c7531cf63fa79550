"""Lists hold what the queries give, export it under scope, and open details as text and within scope."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from cockpit import queries
from cockpit.ledger import audit
from cockpit.queries import Filters
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import (
    choose,
    open_row,
    parameters,
    problems,
    settled,
    shows_total,
    signed_in,
    slug,
)
from tests.installation import FORMULAS, HTML, MARKDOWN

pytestmark = pytest.mark.browser


def complaints(served: Served, username: str, **more: object) -> queries.Page:
    filters = queries.overview(
        served.installation.scope(username), Filters(), settings=served.installation.settings
    ).filters
    return queries.complaint_list(
        served.installation.scope(username),
        filters,
        settings=served.installation.settings,
        **{"rows": 100_000, **more},  # type: ignore[arg-type]
    )


def table(page: Page) -> Locator:
    """Return the table that the canvas offers to readers of the screen."""
    return page.get_by_test_id("stDataFrame").locator("table").first


def search(page: Page, text: str) -> None:
    field = page.get_by_label("搜索")
    field.fill(text)
    field.press("Enter")


def exported(page: Page, kind: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f"导出 ?{kind}")).click()
    path = folder / f"export.{kind}"
    download.value.save_as(path)
    return path


def test_narrowing_ordering_paging_and_opening(visit: Visit, served: Served) -> None:
    page = visit("room", "/complaints")
    every = complaints(served, "room")
    shows_total(page, every.total)
    expect(table(page)).to_contain_text(every.frame["id"].iloc[0])

    page.get_by_test_id("stPagination").get_by_role("button", name=re.compile("2$")).click()
    expect(page.get_by_text(re.compile("本页第 51–100"))).to_be_visible()
    expect(table(page)).to_contain_text(every.frame["id"].iloc[50])
    expect(table(page)).not_to_contain_text(every.frame["id"].iloc[0])
    assert parameters(page)["complaint_page"] == "2"

    page.get_by_test_id("stPagination").get_by_role("button", name=re.compile("1$")).first.click()
    expect(page.get_by_text(re.compile("本页第 1–50"))).to_be_visible()

    choose(page, "状态", "超期未办结")
    overdue = complaints(served, "room", state="overdue")
    shows_total(page, overdue.total)
    choose(page, "状态", "全部状态")
    choose(page, "排序", "办理天数")
    page.get_by_text("升序", exact=True).click()
    quickest = complaints(served, "room", sort="handling_days", descending=False).frame["id"].iloc[0]
    expect(table(page)).to_contain_text(quickest)

    search(page, "nasty-formula")
    shows_total(page, len(FORMULAS))
    search(page, "没有这样的字")
    expect(page.get_by_text("没有投诉")).to_be_visible()
    # What the run before drew goes when this one has ended.
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)

    search(page, "NASTY-HTML")
    shows_total(page, 1)
    open_row(page, 0, "id=NASTY-HTML")
    page.get_by_role("heading", name="投诉详情").wait_for()
    assert (slug(page), parameters(page)["id"]) == ("complaint", "NASTY-HTML")
    page.get_by_role("button", name="返回投诉清单").click()
    page.get_by_role("heading", name="投诉清单").wait_for()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_rows_of_the_scope_and_says_whose_it_is(
    visit: Visit, served: Served, tmp_path: Path, kind: str
) -> None:
    expected = complaints(served, "station")
    page = visit("station", "/complaints")
    shows_total(page, expected.total)
    path = exported(page, kind, tmp_path)
    rows: list[list[object]]
    if kind == "csv":
        rows = [list(row) for row in csv.reader(io.StringIO(path.read_text("utf-8-sig")))]
    else:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    line = str(next(cell for cell in rows[0] if cell))
    assert "station" in line
    [moment] = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)
    local = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=8)
    assert abs(datetime.fromisoformat(moment) - local) < timedelta(minutes=2)
    header = rows[1]
    taken = [dict(zip(header, row, strict=True)) for row in rows[2:]]
    assert [row["编号"] for row in taken] == expected.frame["id"].to_list()
    for row in taken:
        if str(row["编号"]).startswith("NASTY-FORMULA"):
            title = str(row["标题"])
            assert title.lstrip("'") in FORMULAS
            # A workbook says itself that a cell is text; a csv cannot.
            assert title.startswith("'") == (kind == "csv")
    [entry] = audit.entries(served.installation.ledger, who="station", action="export", limit=1)
    assert (entry.target, entry.count_row, entry.detail["format"]) == ("complaints", expected.total, kind)


@pytest.mark.parametrize("kind", ["complaint", "alert"])
def test_what_others_wrote_is_shown_as_text(visit: Visit, served: Served, kind: str) -> None:
    page = visit("station", f"/{kind}?id=NASTY-HTML")
    for name, body in (("HTML", HTML), ("MARKDOWN", MARKDOWN)):
        page.goto(f"/{kind}?id=NASTY-{name}")
        signed_in(page)
        expect(page.get_by_role("heading", name=body, exact=True)).to_be_visible()
        assert problems(page) == []
        shown = page.inner_text("[data-testid=stMain]")
        assert shown.count(HTML) >= 1
        assert shown.count(MARKDOWN) >= 1
        # A bare address may be a link that says where it leads; no picture is fetched, no words hide a link.
        assert page.locator("img[src='x'], [src*='outside.example'], a:text-is('点')").count() == 0
    page.goto(f"/{kind}s")
    signed_in(page)
    page.get_by_test_id("stDataFrame").wait_for()


@pytest.mark.parametrize("kind", ["complaint", "alert"])
def test_a_detail_of_the_next_village_is_nothing_and_recorded(
    visit: Visit, served: Served, kind: str
) -> None:
    page = visit("neighbour", f"/{kind}?id=NASTY-HTML")
    expect(page.get_by_text("没有这条记录，或不在您的可见范围内")).to_be_visible()
    settled(page)
    shown = page.inner_text("[data-testid=stMain]")
    assert "window.hacked" not in shown
    assert "2025-11" not in shown
    nowhere = visit("neighbour", f"/{kind}?id=NOTHING")
    expect(nowhere.get_by_text("没有这条记录，或不在您的可见范围内")).to_be_visible()
    denied = audit.entries(served.installation.ledger, who="neighbour", action="denied")
    assert {f"{kind}/NASTY-HTML", f"{kind}/NOTHING"} <= {entry.target for entry in denied}
