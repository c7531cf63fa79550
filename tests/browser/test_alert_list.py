"""Alerts in a browser: several assigned at once, from one to the next, links to what is alike, and the print view."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from cockpit import queries
from cockpit.ledger import audit
from cockpit.loop import decision
from cockpit.queries import Filters
from tests.browser.served import Served, serving
from tests.browser.visitor import (
    Visitor,
    choose,
    open_row,
    parameters,
    press_row,
    problems,
    settled,
    shows_total,
    sign_in,
    slug,
)
from tests.installation import Installation

pytestmark = pytest.mark.browser

# In the order of the list: the latest first.
NAMES = [f"BATCH-{number}" for number in (3, 2, 1, 0)]
MODEL = "批量样例模型"


@pytest.fixture(scope="module")
def batch(demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an installation of its own, with four alerts of one model just raised."""
    folder = tmp_path_factory.mktemp("batch")
    made = demo_installation.copy(folder / "home")
    row = {
        "model": MODEL,
        "module": "labour",
        "level": "red",
        "source": "manual",
        "region_code": made.scope("station").regions[0],
        "due_at": "2099-01-01 00:00:00",
    }
    made.load(
        folder / "more",
        alert=[
            row | {"id": name, "title": f"样例 {name}", "raised_at": f"2025-12-2{name[-1]} 08:00:00"}
            for name in NAMES
        ],
    )
    made.build()
    with serving(made, folder) as running:
        yield running


@pytest.fixture
def enter(browser: Browser, batch: Served) -> Iterator[Callable[..., Page]]:
    """Give a function that signs a person in and opens an address."""
    visitors: list[Visitor] = []

    def open_as(username: str, address: str, width: int = 1280, height: int = 1100) -> Page:
        visitor = Visitor(browser, batch, width, height)
        visitors.append(visitor)
        visitor.page.goto(address)
        sign_in(visitor.page, batch, username)
        return visitor.page

    yield open_as
    for visitor in visitors:
        visitor.context.close()


LIST = f"/alerts?model={MODEL}&start=2025-12&end=2025-12"


def tick(page: Page, *rows: int) -> None:
    """Pick rows of the table one after another: with each that is taken up the table moves down."""
    for count, row in enumerate(rows, 1):
        press_row(page, row)
        expect(page.get_by_text(f"已选 {count} 条")).to_be_visible()


def test_two_assign_several_and_who_comes_late_reads_by_whom(
    enter: Callable[..., Page], batch: Served
) -> None:
    ledger = batch.installation.ledger
    room, leader = enter("room", LIST), enter("leader", LIST)
    for page in (room, leader):
        shows_total(page, len(NAMES))
        page.get_by_text("批量分办", exact=True).first.click()
        expect(page.get_by_text("在下表勾选要分办的预警")).to_be_visible()
    tick(room, 0, 1)
    tick(leader, 1, 2)
    for page, note in ((room, "先分办"), (leader, "后分办")):
        field = page.get_by_label("分办给")
        field.click()
        page.get_by_role("option", name=re.compile("station）")).first.click()
        page.get_by_label("分办意见（选填）").fill(note)
        page.get_by_role("button", name="分办 2 条", exact=True).click()
        expect(page.get_by_text("确认将 2 条预警分办？")).to_be_visible()
    room.get_by_role("button", name="确认分办 2 条").click()
    expect(room.get_by_text("已分办 2 条给")).to_be_visible()
    # The page of the other follows by itself: what changed is named before anything is asked again.
    known = leader.get_by_role("button", name="已知悉 1 条的新办理，按最新情况继续")
    expect(known).to_be_visible()
    note_of_leader = leader.get_by_label("分办意见（选填）")
    # A press while the page follows by itself may be none.
    for _ in range(10):
        if known.is_visible():
            known.click()
        with suppress(AssertionError):
            expect(note_of_leader).to_be_visible(timeout=6000)
            break
    assert [one.note for one in decision.history(ledger, NAMES[1])] == ["先分办"]
    assert note_of_leader.input_value() == "后分办"
    assert problems(room) == []
    done = {one.target for one in audit.entries(ledger, who="room", action="act")}
    assert done == {f"alert/{NAMES[0]}", f"alert/{NAMES[1]}"}
    for name in NAMES[:2]:
        state = decision.state_of(ledger, name)
        assert state is not None
        assert (state.handler, state.version) == ("station", 1)
    assert decision.state_of(ledger, NAMES[2]) is None


def test_from_one_to_the_next_and_to_what_is_alike(enter: Callable[..., Page], batch: Served) -> None:
    page = enter("room", LIST)
    shows_total(page, len(NAMES))
    open_row(page, 0, f"id={NAMES[0]}")
    page.get_by_role("heading", name="预警详情").wait_for()
    assert (slug(page), parameters(page)["id"]) == ("alert", NAMES[0])
    expect(page.get_by_text("第 1 / 4")).to_be_visible()
    expect(page.get_by_role("button", name="上一条")).to_be_disabled()
    for place, name in enumerate(NAMES[1:], start=2):
        page.get_by_role("button", name="下一条").click()
        expect(page.get_by_text(f"第 {place} / 4")).to_be_visible()
        expect(page.get_by_role("heading", name=f"样例 {name}")).to_be_visible()
        assert parameters(page)["id"] == name
    expect(page.get_by_role("button", name="下一条")).to_be_disabled()
    link = page.get_by_role("link", name="查看全部 4 条（含本条）").last
    link.click()
    page.get_by_role("heading", name="预警清单").wait_for()
    shows_total(page, len(NAMES))
    assert parameters(page)["model"] == MODEL
    # The address alone opens the same in a new session, without a list to go through.
    alone = enter("station", f"/alert?id={NAMES[3]}")
    expect(alone.get_by_role("heading", name=f"样例 {NAMES[3]}")).to_be_visible()
    expect(alone.get_by_role("button", name="下一条")).to_have_count(0)


def test_printing_hides_the_menu_and_is_recorded(enter: Callable[..., Page], batch: Served) -> None:
    installation = batch.installation
    found = queries.alert_list(
        installation.scope("station"), Filters(), rows=1, settings=installation.settings
    )
    name = found.frame["id"].iloc[0]
    page = enter("station", f"/alert?id={name}&print=1", 390, 844)
    expect(page.get_by_text("打印人：station · 打印时间：")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text("按 Ctrl+P")).to_be_hidden()
    expect(page.get_by_role("button", name="退出打印版")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight > 1200")
    page.emulate_media(media="screen")
    [entry] = audit.entries(installation.ledger, who="station", action="export")
    assert (entry.target, entry.detail["format"]) == (f"alert/{name}", "print")
    page.get_by_role("button", name="退出打印版").click()
    expect(page.get_by_role("button", name="打印版")).to_be_visible()
    assert problems(page) == []


def test_a_link_narrows_by_codes(enter: Callable[..., Page], batch: Served) -> None:
    installation = batch.installation
    scope = installation.scope("room")
    filters = queries.overview(scope, Filters(), settings=installation.settings).filters
    waiting = queries.alert_list(scope, filters, state="open", rows=1, settings=installation.settings).frame
    for state, stage in (("closed", ""), ("open", str(waiting["stage"].iloc[0]))):
        found = queries.alert_list(
            scope, filters, state=state, stage=stage or None, rows=1, settings=installation.settings
        )
        page = enter(
            "room", f"/alerts?alert_state={state}&alert_stage={stage}&alert_sort=amount&alert_order=asc"
        )
        shows_total(page, found.total)
        # The address goes on telling what is shown.
        settled(page)
        assert parameters(page)["alert_state"] == state
        page.reload()
        shows_total(page, found.total)
        open_row(page, 0, "/alert\\?")
        page.get_by_role("heading", name="预警详情").wait_for()
        page.get_by_role("button", name="返回预警清单").click()
        shows_total(page, found.total)
        least = queries.alert_list(
            scope,
            filters,
            state=state,
            stage=stage or None,
            sort="amount",
            descending=False,
            rows=1,
            settings=installation.settings,
        )
        expect(page.get_by_test_id("stDataFrame").locator("table").first).to_contain_text(
            str(least.frame["id"].iloc[0])
        )
        choose(page, "状态", "全部状态")
        shows_total(
            page,
            queries.alert_list(
                scope, filters, stage=stage or None, rows=1, settings=installation.settings
            ).total,
        )
