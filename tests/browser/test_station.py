"""联络站 in a browser, on a telephone: taken in a few taps, read by a screen reader; and the board that opens it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cockpit import queries
from cockpit.contract.codes import MODULE
from cockpit.ledger import audit
from cockpit.loop import decision
from cockpit.loop.decision import Given
from cockpit.queries import Filters, disclosure, module
from cockpit.ui import disposal
from cockpit.ui.station.kept import MARKS
from tests.browser.served import Served, serving
from tests.browser.visitor import (
    OVERFLOWING,
    WIDEST,
    Visitor,
    faults,
    open_row,
    parameters,
    problems,
    settled,
    shows_total,
    sign_in,
    signed_in,
    slug,
)
from tests.installation import Installation

pytestmark = pytest.mark.browser

PHONE, WALL = (390, 844), (1920, 1080)
ALERT = "STATION-RED"
Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def station(demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an installation of its own, in which an alert waits for the station and one is long overdue."""
    folder = tmp_path_factory.mktemp("station")
    made = demo_installation.copy(folder / "home")
    row = {
        "raised_at": "2025-12-20 08:00:00",
        "model": "劳务用工",
        "module": "labour",
        "level": "red",
        "source": "manual",
        "region_code": made.scope("station").regions[0],
        "due_at": "2025-12-25 00:00:00",
    }
    made.load(
        folder / "more",
        alert=[
            row | {"id": ALERT, "title": "村干部多领报酬"},
            row | {"id": "STATION-TWO", "title": "虚报用工"},
        ],
    )
    made.build()
    scope = made.scope("room")
    [found] = queries.alert_detail(scope, ALERT, settings=made.settings).to_dict("records")
    alert = disposal.alert_of(queries.alert_detail(scope, ALERT, settings=made.settings).iloc[0])
    given = Given(handler="station")
    decision.act(
        made.ledger, scope, alert, "assign", given, version=int(found["version"]), settings=made.settings
    )
    with serving(made, folder) as running:
        yield running


@pytest.fixture
def enter(browser: Browser, station: Served) -> Iterator[Enter]:
    """Give a function that opens an address for a person who signs in there."""
    visitors: list[Visitor] = []

    def open_as(username: str, address: str = "/", size: tuple[int, int] = PHONE) -> Page:
        visitor = Visitor(browser, station, *size)
        visitors.append(visitor)
        visitor.page.goto(address)
        sign_in(visitor.page, station, username)
        return visitor.page

    yield open_as
    strangers = [visitor.strangers() for visitor in visitors]
    is_hacked = [visitor.is_hacked() for visitor in visitors]
    for visitor in visitors:
        visitor.context.close()
    assert not any(strangers), strangers
    assert not any(is_hacked)


def is_within(page: Page, width: int) -> bool:
    return page.evaluate(OVERFLOWING) == [] and page.evaluate(WIDEST) <= width


def test_an_officer_takes_an_alert_and_finds_what_is_not_public_in_few_taps(
    enter: Enter, station: Served
) -> None:
    made = station.installation
    page = enter("station")
    taps = 1  # To sign in.

    def tap(what: Locator) -> None:
        nonlocal taps
        taps += 1
        what.click()

    assert slug(page) == "station"
    assert is_within(page, PHONE[0])
    assert faults(page) == []
    card = page.locator(".st-key-station-tasks")
    expect(card.get_by_text("村干部多领报酬")).to_be_visible()
    tap(card.get_by_role("button", name="接单").first)
    tap(card.get_by_role("button", name="确认接单"))
    expect(page.get_by_test_id("stToast").filter(has_text="已接单")).to_be_visible()
    assert [one.action for one in decision.history(made.ledger, ALERT)] == ["assign", "accept"]
    settled(page)
    tap(page.get_by_role("button", name=re.compile("逐项清单")))
    scope = made.scope("station")
    items = disclosure.items(scope, scope.regions[0], settings=made.settings)
    item = items[items["state"] != "public"].iloc[-1]
    expect(page.get_by_text(item["name"], exact=True).first).to_be_visible()
    assert taps < 6
    assert is_within(page, PHONE[0])
    assert not problems(page)


def test_every_part_reads_well_and_within_a_telephone(enter: Enter) -> None:
    page = enter("station", "/station")
    for asked in (
        *(f"module={code}" for code in MODULE),
        "section=suggestions",
        "section=disclosed",
        "large=1",
    ):
        page.goto(f"/station?{asked}")
        signed_in(page)
        assert not problems(page), asked
        assert is_within(page, PHONE[0]), (asked, page.evaluate(OVERFLOWING))
        assert faults(page) == [], asked
    expect(page.get_by_role("heading", name="村里的六本账")).to_be_visible()


def test_a_tile_opens_wherever_it_is_touched(enter: Enter, station: Served) -> None:
    made = station.installation
    scope = made.scope("station")
    rows = module.modules(scope, scope.regions[0], settings=made.settings).set_index("module")
    page = enter("station", "/station")
    for code, label in list(MODULE.items())[2:4]:
        tile = page.locator(f".st-key-tile-{code}")
        # A screen reader finds it by its name, and its state in words beside.
        expect(tile.get_by_role("button", name=label, exact=True)).to_be_visible()
        expect(tile).to_contain_text(MARKS[rows.loc[code, "state"]].words)
        box = tile.bounding_box()
        assert box
        tile.click(position={"x": box["width"] - 14, "y": box["height"] - 14})
        expect(page.get_by_role("heading", name=label)).to_be_visible()
        assert parameters(page)["module"] == code
        page.get_by_role("button", name="返回联络站").click()
        expect(page.get_by_role("heading", name="村级事项")).to_be_visible()
        settled(page)
        assert "module" not in parameters(page)


def test_the_open_alerts_of_a_module_are_those_it_counts(enter: Enter, station: Served) -> None:
    made = station.installation
    scope = made.scope("station")
    rows = module.modules(scope, scope.regions[0], settings=made.settings).set_index("module")
    count = int(rows.loc["labour", "open_alert_count"])
    page = enter("station", "/station?module=labour", WALL)
    page.get_by_role("link", name=re.compile("未处置预警")).click()
    page.get_by_role("heading", name="预警清单").wait_for()
    settled(page)
    shows_total(page, count)
    assert not problems(page)


def test_a_village_of_others_by_an_edited_link_shows_nothing_and_is_logged(
    enter: Enter, station: Served
) -> None:
    made = station.installation
    other = made.scope("neighbour").regions[0]
    names = queries.region_path(made.scope("neighbour"), other, settings=made.settings)["name"].tolist()
    page = enter("station", f"/station?region={other}&module=labour")
    expect(page.get_by_text("不在您的范围内")).to_be_visible()
    assert parameters(page).get("region") is None
    assert names[-1] not in page.inner_text("[data-testid=stMain]")
    [last] = [one for one in audit.entries(made.ledger, who="station", limit=9) if one.action == "denied"][:1]
    assert last.target == f"region/{other}"


def test_the_board_opens_a_station_and_urges_it(enter: Enter, station: Served) -> None:
    made = station.installation
    village = made.scope("station").regions[0]
    town = f"{village[:9]}000"
    page = enter("leader", f"/town?region={town}", WALL)
    assert faults(page) == []
    assert is_within(page, WALL[0])
    scope = made.scope("leader")
    overdue = queries.alert_list(scope, Filters(region=village), state="overdue", settings=made.settings)
    page.goto(f"/town?region={town}&urge={village}")
    signed_in(page)
    panel = page.locator(".st-key-urging")
    expect(panel.get_by_text("虚报用工")).to_be_visible()
    assert faults(page) == []
    panel.get_by_label("督办要求").fill("三日内报结果")
    panel.get_by_role("button", name=f"督办 {min(overdue.total, 50)} 条", exact=True).click()
    panel.get_by_role("button", name=re.compile("^确认督办")).click()
    expect(panel.get_by_text(re.compile("^已督办"))).to_be_visible()
    [made_of] = decision.history(made.ledger, "STATION-TWO")
    assert (made_of.who, made_of.action, made_of.note) == ("leader", "urge", "三日内报结果")
    panel.get_by_role("button", name="收起").click()
    expect(panel).to_have_count(0)
    settled(page)
    open_row(page, 0, "/station", page.locator(".st-key-town [data-testid=stDataFrame]"), 40)
    page.get_by_role("heading", name="联络站").wait_for()
    settled(page)
    assert parameters(page)["region"].startswith(town[:9])
    page.get_by_role("link", name=re.compile("乡镇看板")).last.click()
    page.get_by_role("heading", name="乡镇看板").wait_for()
    settled(page)
    assert parameters(page)["region"] == town
    assert not problems(page)


def test_a_board_on_a_telephone_stays_within_it(enter: Enter, station: Served) -> None:
    page = enter("room", "/town")
    assert is_within(page, PHONE[0])
    assert faults(page) == []
    assert not problems(page)
