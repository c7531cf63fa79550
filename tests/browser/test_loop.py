"""The loop in browsers: a red alert from raised to assessed, seen alike by everyone, and two who act at once."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from cockpit import queries
from cockpit.ledger import account, audit
from cockpit.loop import decision
from cockpit.queries import Filters
from cockpit.queries.measures import MEASURES
from tests.browser.served import Served, serving
from tests.browser.visitor import (
    SLOW_MS,
    Visitor,
    problems,
    settled,
    shows_figure,
    shows_total,
    sign_in,
    signed_in,
)
from tests.installation import Installation

pytestmark = pytest.mark.browser

ALERT, OTHER = "LOOP-RED", "LOOP-TWO"
SOON_MS = 5_000
TYPED = "督办：三日内书面报告，写到一半"


@pytest.fixture(scope="module")
def loop(demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an installation of its own, with two red alerts just raised and a team that sees them."""
    folder = tmp_path_factory.mktemp("loop")
    made = demo_installation.copy(folder / "home")
    village = made.scope("station").regions[0]
    red = {
        "raised_at": "2025-12-20 08:00:00",
        "model": "劳务用工",
        "module": "labour",
        "level": "red",
        "source": "manual",
        "region_code": village,
        "due_at": "2099-01-01 00:00:00",
    }
    made.load(
        folder / "more",
        alert=[red | {"id": ALERT, "title": "村干部多领报酬"}, red | {"id": OTHER, "title": "虚报用工"}],
    )
    made.build()
    rounds, account.HASH_ROUNDS = account.HASH_ROUNDS, 4
    account.add(
        made.ledger,
        "county-team",
        name="县派驻组",
        role="team",
        password=made.passwords["station"],
        regions=made.scope("leader").regions,
        industries=["*"],
        units=["*"],
        who="test",
    )
    account.HASH_ROUNDS = rounds
    with serving(made, folder) as running:
        yield running


@pytest.fixture
def enter(browser: Browser, loop: Served) -> Iterator[Callable[[str, str], Page]]:
    """Give a function that signs a person in and opens an address."""
    visitors: list[Visitor] = []

    def open_as(username: str, address: str) -> Page:
        visitor = Visitor(browser, loop)
        visitors.append(visitor)
        visitor.page.goto(address)
        sign_in(visitor.page, loop, username)
        return visitor.page

    yield open_as
    strangers = [visitor.strangers() for visitor in visitors]
    for visitor in visitors:
        visitor.context.close()
    assert not any(strangers), strangers


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def fill(page: Page, label: str, given: str) -> None:
    """Fill in a field of a form by its label: a text, a number or a choice."""
    field = page.get_by_label(label).first
    match field.get_attribute("role"):
        case "radiogroup":
            field.get_by_text(given, exact=True).click()
        case "combobox":
            pick(page, field, given)
        case _:
            field.fill(given)


def pick(page: Page, field: Locator, given: str) -> None:
    """Choose from a list; a run of the page that ends just then closes it."""
    for _ in range(4):
        settled(page)
        field.click()
        try:
            page.get_by_role("option").filter(has_text=given).first.click(force=True, timeout=SOON_MS)
            return
        except TooSlow:
            page.keyboard.press("Escape")
    raise AssertionError(f"no {given}")


def do(page: Page, action: str, **fields: str) -> None:
    """Do an action on the alert's page as a person does: choose, fill in, submit, confirm."""
    press(page, action)
    for label, given in fields.items():
        fill(page, label, given)
    if fields:
        press(page, f"提交{action}")
    press(page, f"确认{action}")
    expect(page.get_by_test_id("stToast").filter(has_text=f"已{action}")).to_be_visible()


def shows_stage(page: Page, stage: str, *, within_ms: int = SLOW_MS) -> None:
    expect(page.get_by_text(f"环节：{stage}", exact=True)).to_be_visible(timeout=within_ms)


def agree(loop: Served, onlooker: Page, who: str, action: str, stage: str, folder: Path) -> None:
    """See that list, export, overview, menu and log of the leader tell the same of the alert."""
    made = loop.installation
    queries.refresh(settings=made.settings)
    leader = made.scope("leader")
    onlooker.goto(f"/alerts?alert_q={ALERT}&alert_stage={stage}&from=2025-01&to=2025-12")
    signed_in(onlooker)
    shows_total(onlooker, 1)
    for _ in range(3):
        with onlooker.expect_download() as download:
            onlooker.get_by_role("button", name=re.compile("导出 ?csv")).click()
        # The page that follows what others decide may run just then, and its buttons give out new files.
        if not download.value.failure():
            break
    download.value.save_as(folder / "export.csv")
    rows = list(csv.reader(io.StringIO((folder / "export.csv").read_text("utf-8-sig"))))
    [row] = [dict(zip(rows[1], one, strict=True)) for one in rows[2:]]
    assert (row["编号"], row["环节"]) == (ALERT, stage)
    count = queries.task_count(leader, settings=made.settings)
    expect(
        onlooker.get_by_test_id("stSidebar").get_by_text(re.compile(rf"^待办（{count.open:,}(?!\d)"))
    ).to_be_visible()

    onlooker.goto("/overview?from=2025-01&to=2025-12")
    signed_in(onlooker)
    figures = queries.overview(
        leader, Filters(start=date(2025, 1, 1), end=date(2025, 12, 31)), settings=made.settings
    ).alert_now
    counts = figures.iloc[0].to_dict()
    red_open = queries.alert_list(
        leader,
        Filters(start=date(2025, 1, 1), end=date(2025, 12, 31), level="red"),
        state="open",
        settings=made.settings,
    ).total
    assert counts["red_open_count"] == red_open
    shows_figure(onlooker, MEASURES["red_open_count"].label, red_open)
    assert not problems(onlooker)

    entries = audit.entries(made.ledger, action="act", limit=1)
    assert [(one.who, one.target, one.detail["action"]) for one in entries] == [
        (who, f"alert/{ALERT}", action)
    ]
    assert entries[0].session


def test_a_red_alert_from_raised_to_assessed(
    loop: Served, enter: Callable[[str, str], Page], tmp_path: Path
) -> None:
    address = f"/alert?id={ALERT}"
    watching = enter("leader", address)
    shows_stage(watching, "预警")
    press(watching, "督办")
    field = watching.get_by_label("督办要求")
    field.click()
    watching.keyboard.type(TYPED)
    onlooker = enter("leader", "/overview")
    pages = {who: enter(who, address) for who in ("room", "station", "county-team")}
    steps: list[tuple[str, str, str, dict[str, str], str]] = [
        ("room", "assign", "分办", {"承办账号": "（station）", "分办意见": "请核实"}, "分办"),
        ("station", "accept", "接单", {}, "分办"),
        (
            "station",
            "verify",
            "核查",
            {"核查结论": "属实", "查实金额": "600", "核查事实": "三名村干部多领报酬"},
            "核查",
        ),
        (
            "county-team",
            "dispose",
            "处置",
            {"处置方式": "提醒谈话", "四种形态": "第一种形态", "处理人数": "3", "追回金额": "600"},
            "处置",
        ),
        ("room", "apply", "运用", {"运用方式": "专项治理", "运用说明": "纳入专项治理"}, "运用"),
    ]
    for who, code, label, fields, stage in steps:
        page = pages[who]
        # What others did is there without a touch.
        page.get_by_role("button", name=label, exact=True).wait_for(timeout=SOON_MS + 3_000)
        settled(page)
        do(page, label, **fields)
        shows_stage(page, stage)
        shows_stage(watching, stage, within_ms=SOON_MS)
        expect(field).to_have_value(TYPED)
        agree(loop, onlooker, who, code, stage, tmp_path)
    expect(watching.get_by_text(re.compile("有了新的办理"))).to_be_visible()
    # The leader gives up the other text, and assesses.
    press(watching, "放弃填写")
    do(watching, "考核", 考核等次="优")
    shows_stage(watching, "考核")
    agree(loop, onlooker, "leader", "assess", "考核", tmp_path)
    assert not problems(watching)
    for words in ("核查事实：三名村干部多领报酬", "处理人数（人）：3", "各环节均已完成"):
        expect(watching.get_by_text(words)).to_be_visible()
    expect(watching.get_by_text("本系统", exact=True)).to_have_count(6)
    log = enter("auditor", "/audit")
    expect(log.get_by_role("heading", name="审计日志")).to_be_visible()
    assert not problems(log)


def test_of_two_who_act_at_once_one_wins_and_the_other_keeps_the_text(
    loop: Served, enter: Callable[[str, str], Page]
) -> None:
    address = f"/alert?id={OTHER}"
    first, second = enter("room", address), enter("leader", address)
    for page, note in ((first, "第一份意见"), (second, "第二份意见")):
        press(page, "分办")
        fill(page, "承办账号", "（station）")
        fill(page, "分办意见", note)
        press(page, "提交分办")
        page.get_by_role("button", name="确认分办", exact=True).wait_for()
        settled(page)
    press(first, "确认分办")
    # Not yet told of it, or just now: either way nothing is decided twice.
    button = second.get_by_role("button", name="确认分办", exact=True)
    if button.is_visible():
        button.click(timeout=SOON_MS)
    expect(second.get_by_text(re.compile("有了新的办理"))).to_be_visible()
    expect(second.get_by_label("分办意见")).to_have_value("第二份意见")
    expect(second.get_by_text(re.compile("监督检查室（演示）（room）")).first).to_be_visible()
    made = decision.history(loop.installation.ledger, OTHER)
    assert [(one.who, one.note) for one in made] == [("room", "第一份意见")]
    press(second, "已知悉，按最新情况继续")
    fill(second, "承办账号", "county-team")
    press(second, "提交分办")
    press(second, "确认分办")
    expect(second.get_by_test_id("stToast").filter(has_text="已分办")).to_be_visible()
    made = decision.history(loop.installation.ledger, OTHER)
    assert [(one.who, one.handler, one.note) for one in made][1:] == [("leader", "county-team", "第二份意见")]


def test_a_session_that_ends_shows_nothing_more(loop: Served, enter: Callable[[str, str], Page]) -> None:
    page = enter("neighbour", "/tasks")
    account.set_disabled(loop.installation.ledger, "neighbour", is_disabled=True, who="test")
    expect(page.get_by_label("用户名")).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_text("退出登录")).to_have_count(0)
