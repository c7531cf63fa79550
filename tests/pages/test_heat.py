"""预警热力: every section for everyone, map = matrix = list = KPI for roles and levels, poor data said, cells open rows."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cockpit.queries import AlertNarrowing, Filters, alert_list, heat, overview
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui.heat import course, matrix, place
from cockpit.ui.heat.table import Table
from pages import heat as page_heat
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.views import tiny

PERIOD = (date(2025, 1, 1), date(2025, 12, 31))
EVERYTHING = ("*",)
WHOLE = Filters(None, None, *PERIOD)


@pytest.mark.parametrize("section", sorted(page_heat.SECTIONS))
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    page = open_page(fresh_installation.scope(role), "heat", section=section)
    assert said(page)
    assert not page.error, [error.value for error in page.error]
    assert page.metric[0].label == "预警量"


@pytest.mark.parametrize("section", sorted(page_heat.SECTIONS))
def test_months_without_alerts_say_so(
    open_page: Open, fresh_installation: Installation, section: str
) -> None:
    page = open_page(
        fresh_installation.scope("leader"), "heat", section=section, from_="1950-01", to="1950-03"
    )
    assert said(page)
    assert not page.error
    assert page.metric[0].value == "0 条"


def opened(scope: Scope, chosen: Filters, table: Table) -> None:
    """See that each cell that opens rows opens as many as it says, the first dozen of them."""
    total = 0
    cells = table.cells[table.cells[table.fields[0]] != ""]
    for cell in cells.head(12).to_dict("records"):
        given = {name: cell[name] for name in ("module",) if cell.get(name)}
        days = {
            name: date.fromisoformat(cell[name])
            for name in ("start", "end", "stage_from", "stage_to")
            if cell.get(name)
        }
        narrowing = AlertNarrowing(
            **{name: "" if value == "-" else value for name, value in given.items()},
            **days,
            own=True if cell.get("own") else None,
        )
        found = alert_list(
            scope,
            replace(chosen, region=cell.get("region") or chosen.region),
            narrowing=narrowing,
            state=cell.get("alert_state") or None,
            stage=cell.get("alert_stage") or None,
        )
        assert f"{found.total:,}" == cell["words"], cell
        total += found.total
    assert total


@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_map_matrix_list_and_kpi_agree(open_page: Open, fresh_installation: Installation, role: str) -> None:
    scope = fresh_installation.scope(role)
    open_page(scope, "heat")
    regions = [None]
    for _ in range(3):
        parts = place.places(scope, replace(WHOLE, region=regions[-1]), None)
        busiest = parts.sort_values(["alert_count", "code"])["code"].iloc[-1]
        if busiest in regions or not len(parts) or not scope.holds_region(busiest):
            break
        regions.append(busiest)
    for region in regions:
        chosen = replace(WHOLE, region=region)
        total = alert_list(scope, chosen).total
        assert place.totals(scope, chosen)["alert_count"] == total
        assert int(overview(scope, chosen).alert_now["alert_count"].iloc[0]) == total
        for view in place.VIEWS:
            drawn = place.drawing(scope, chosen, "open", view)
            told = int(drawn.places["alert_count"].sum())
            own = alert_list(scope, chosen, narrowing=AlertNarrowing(own=True)).total
            assert told + (own if region and heat.focus_level(scope, region) != "village" else 0) == total
        for rows in matrix.ROWS:
            made = matrix.drawing(scope, chosen, rows, "burden", 1)
            for table in (made.months, made.modules):
                assert int(table.cells["count"].sum()) == total
                if total:
                    opened(scope, chosen, table)
        drawn_course = course.drawing(scope, chosen, "module")
        ages = drawn_course.ages.cells
        is_open = alert_list(scope, chosen, state="open").total
        assert int(ages["count"].sum() if len(ages) else 0) == is_open
        if is_open:
            opened(scope, chosen, drawn_course.ages)
        data = drawn_course.kind.data
        assert data is not None
        assert int(data["预警（条）"].sum()) == total
        for panel in drawn_course.owners:
            assert panel.data is not None
            late = alert_list(scope, chosen, state="overdue").total
            assert int(panel.data["超期（条）"].sum()) == late


def test_a_map_holds_no_places_of_others(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("station")
    open_page(scope, "heat")
    neighbour = fresh_installation.scope("neighbour").regions[0]
    for by in place.COLOURS:
        text = place.drawing(scope, WHOLE, by, "map").deck.to_json()
        assert scope.regions[0] in text
        assert neighbour not in text


def test_a_tile_leads_down(open_page: Open, fresh_installation: Installation) -> None:
    page = open_page(fresh_installation.scope("leader"), "heat", view="tiles")
    tiles = [button for button in page.button if str(button.key).startswith("tile-")]
    assert tiles
    code = str(tiles[0].key).removeprefix("tile-")
    tiles[0].click().run()
    assert not page.exception
    assert page.query_params["region"] in (code, [code])


class TestPoorData:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        when = tiny.day("2026-05-06")
        alerts = [
            tiny.Alert("a1", "990101001001", when, title="[a](http://b)"),
            tiny.Alert("a2", "990101000000", when, module="labour"),
            tiny.Alert("a3", "990101001002", when - timedelta(days=20), alert_level="blue"),
        ]
        world = tiny.World([], alerts)
        world.regions["990101001001"] = ("<b>戊</b>", "990101001000", 0)
        tiny.write(tiny.settings_in(tmp_path), world)
        return tmp_path

    def test_no_boundary_that_can_be_read(self, open_page: Open) -> None:
        scope = Scope("x", "leader", ("990101000000",), EVERYTHING, EVERYTHING)
        for colour in place.COLOURS:
            page = open_page(scope, "heat", colour=colour)
            text = said(page)
            assert not page.error
            assert "没有可用的边界数据" in text
            assert "边界无法读取" in text
            assert "本级（未细分）1 条" in text
            assert page.metric[0].value == "3 条"
            [deck] = page.get("deck_gl_json_chart")
            told = json.loads(deck.proto.json)
            assert "<b>" not in json.dumps(told, ensure_ascii=False)

    def test_a_matrix_keeps_what_lies_in_no_part(self, open_page: Open) -> None:
        scope = Scope("x", "leader", ("990101000000",), EVERYTHING, EVERYTHING)
        assert said(open_page(scope, "heat", section="matrix"))
        made = matrix.drawing(
            scope, Filters(None, None, date(2026, 1, 1), date(2026, 6, 30)), "parts", "burden", 1
        )
        own = made.modules.cells[made.modules.cells["own"] == "true"]
        assert own[own["count"].notna()][["region", "module", "words"]].to_numpy().tolist() == [
            ["990101000000", "labour", "1"]
        ]
        assert int(made.modules.cells["count"].sum()) == 3


def test_a_region_no_longer_valid_says_so(
    open_page: Open, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = fresh_installation.scope("leader")
    open_page(scope, "heat")
    counted = heat.places

    def merged(*args: object, **kwargs: object):
        rows = counted(*args, **kwargs)  # type: ignore[arg-type]
        return rows.assign(is_former=rows.index == 0)

    monkeypatch.setattr(heat, "places", merged)
    drawn = place.drawing(scope, replace(WHOLE, industry="01"), "open", "tiles")
    assert drawn.places["name"].iloc[0].endswith("（已撤并）")
