"""The overview says what the queries say, and every way down and up stays within the scope."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cockpit import queries
from cockpit.ledger import audit
from cockpit.queries import Filters
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import choose, mark, parameters, settled, shows_figure, signed_in

pytestmark = pytest.mark.browser


def counted(served: Served, username: str, filters: Filters | None = None) -> tuple[int, int]:
    """Return the numbers of complaints and alerts a person is to see."""
    installation = served.installation
    data = queries.overview(
        installation.scope(username), filters or Filters(), settings=installation.settings
    )
    return int(data.complaint_now["complaint_count"].iloc[0]), int(data.alert_now["alert_count"].iloc[0])


def children(served: Served, username: str, region: str | None = None) -> dict[str, str]:
    rows = queries.region_children(
        served.installation.scope(username), region, settings=served.installation.settings
    )
    return dict(zip(rows["code"], rows["name"], strict=True))


def test_the_ways_down_and_up(visit: Visit, served: Served) -> None:
    page = visit("leader", "/overview")
    whole = counted(served, "leader")
    shows_figure(page, "投诉量", whole[0])
    shows_figure(page, "预警量", whole[1])
    town = served.installation.scope("room").regions[0]
    other = next(code for code in children(served, "leader") if code != town)
    names = children(served, "leader")

    choose(page, "乡镇", names[town])
    shows_figure(page, "投诉量", counted(served, "leader", Filters(region=town))[0])
    assert parameters(page)["region"] == town

    page.get_by_role("button", name=re.compile(r"澹塘县$|home_pin")).first.click()
    shows_figure(page, "投诉量", whole[0])
    assert "region" not in parameters(page)

    mark(page, "symbol", names[other]).click()
    shows_figure(page, "投诉量", counted(served, "leader", Filters(region=other))[0])
    assert parameters(page)["region"] == other

    settled(page)
    inside = children(served, "leader", other)
    shape = page.locator(".mark-shape path[aria-label*='地区: ']").first
    village = re.search("地区: ([^;]+);", shape.get_attribute("aria-label") or "")
    assert village
    shape.click()
    [code] = [code for code, name in inside.items() if name == village[1]]
    shows_figure(page, "投诉量", counted(served, "leader", Filters(region=code))[0])
    assert parameters(page)["region"] == code

    page.get_by_role("button", name=re.compile(names[other])).first.click()
    shows_figure(page, "投诉量", counted(served, "leader", Filters(region=other))[0])


def test_an_address_opens_the_same_view_again_on_every_page(visit: Visit, served: Served) -> None:
    town = served.installation.scope("room").regions[0]
    [industry] = [
        code
        for code, name in queries.industries(
            served.installation.scope("leader"), settings=served.installation.settings
        )
        .set_index("code")["name"]
        .items()
        if name == "生态环保"
    ]
    chosen = Filters(town, str(industry), date(2024, 2, 1), date(2025, 6, 30), "yellow")
    page = visit(
        "leader", f"/overview?region={town}&industry={industry}&from=2024-02&to=2025-06&level=yellow"
    )
    complaints, alerts = counted(served, "leader", chosen)
    shows_figure(page, "投诉量", complaints)
    shows_figure(page, "预警量", alerts)
    asked = parameters(page)
    assert asked == {
        "region": town,
        "industry": industry,
        "from": "2024-02",
        "to": "2025-06",
        "level": "yellow",
    }
    page.get_by_test_id("stPageLink").filter(has_text="投诉清单").click()
    expect(page.get_by_text(re.compile(f"^共 {complaints:,} 件"))).to_be_visible()
    assert {key: parameters(page)[key] for key in asked} == asked

    again = page.context.new_page()
    again.goto(page.url)
    signed_in(again)
    expect(again.get_by_text(re.compile(f"^共 {complaints:,} 件"))).to_be_visible()
    again.get_by_test_id("stPageLink").filter(has_text="总览").click()
    shows_figure(again, "投诉量", complaints)
    shows_figure(again, "预警量", alerts)
    assert parameters(again) == asked


def test_a_link_from_next_door_opens_within_ones_own_scope(visit: Visit, served: Served) -> None:
    scope = served.installation.scope("neighbour")
    foreign = served.installation.scope("station").regions[0]
    place = queries.region_path(
        served.installation.scope("station"), foreign, settings=served.installation.settings
    )["name"].iloc[-1]
    before = audit.count(served.installation.ledger, who="neighbour", action="denied")
    page = visit("neighbour", f"/overview?region={foreign}")
    expect(page.get_by_test_id("stToast").first).to_contain_text("不在您的范围内")
    shows_figure(page, "投诉量", counted(served, "neighbour")[0])
    settled(page)
    assert parameters(page).get("region") in (None, scope.regions[0])
    assert place not in page.inner_text("body")
    # Once a session, however often the page runs.
    assert audit.count(served.installation.ledger, who="neighbour", action="denied") == before + 1


def test_a_new_snapshot_shows_without_a_restart(visit: Visit, served: Served, tmp_path: Path) -> None:
    page = visit("station", "/overview")
    before = counted(served, "station")[0]
    shows_figure(page, "投诉量", before)
    serial = audit.count(served.installation.ledger)
    village = served.installation.scope("station").regions[0]
    served.installation.load(
        tmp_path / "late",
        complaint=[{"id": f"LATE-{serial}", "received_at": "2025-11-20 10:00:00", "region_code": village}],
    )
    build = served.installation.build()
    assert counted(served, "station")[0] == before + 1
    # What a person may wait at most; the next thing they do shows the new facts.
    page.wait_for_timeout(5000)
    choose(page, "预警等级", "红色")
    shows_figure(page, "投诉量", before + 1)
    expect(page.get_by_text(build)).to_be_visible()
