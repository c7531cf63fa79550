"""The analysis: every section for everyone, totals that are the KPI, cells that are the list, and poor data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cockpit import queries
from cockpit import settings as settings_module
from cockpit.queries import Filters, Narrowing, complaint_list
from cockpit.queries import analysis as analysis_queries
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui.analysis import industry, period, region
from cockpit.ui.analysis.panel import Panel
from cockpit.ui.narrowing import read
from pages import analysis
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.views import tiny

PERIOD = (date(2024, 12, 1), date(2025, 11, 30))
EVERYTHING = ("*",)


@pytest.fixture
def leader(open_page: Open, fresh_installation: Installation) -> Scope:
    """The leader of the demonstration's county; functions called directly read its home."""
    return fresh_installation.scope("leader")


def by_key(*rows: tuple[Panel, ...]) -> dict[str, Panel]:
    return {panel.key: panel for row in rows for panel in row}


def data(panel: Panel) -> pd.DataFrame:
    assert panel.data is not None
    return panel.data


@pytest.mark.parametrize("section", ["region", "industry", "period"])
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    page = open_page(fresh_installation.scope(role), "analysis", section=section)
    text = said(page)
    assert not page.error, [error.value for error in page.error]
    assert "解读" in text
    assert page.button_group[0].value == [section] or page.button_group[0].value == section


def test_a_section_that_is_none_is_the_first(open_page: Open, fresh_installation: Installation) -> None:
    page = open_page(fresh_installation.scope("leader"), "analysis", section="<b>")
    assert "漏斗图" in said(page)


@pytest.mark.parametrize("section", sorted(analysis.SECTIONS))
def test_months_without_complaints_say_so(
    open_page: Open, fresh_installation: Installation, section: str
) -> None:
    page = open_page(
        fresh_installation.scope("leader"), "analysis", section=section, from_="2001-01", to="2001-02"
    )
    assert said(page)
    assert not page.error, [error.value for error in page.error]


@pytest.mark.parametrize("username", ["leader", "room", "team", "station", "neighbour"])
def test_every_breakdown_sums_to_the_figure(
    open_page: Open, fresh_installation: Installation, username: str
) -> None:
    scope, chosen = fresh_installation.scope(username), Filters(None, None, *PERIOD)
    seen = queries.overview(scope, chosen)
    total = int(seen.complaint_now["complaint_count"].iloc[0])
    before = int(seen.complaint_previous["complaint_count"].iloc[0])
    found = by_key(*industry.panels(scope, chosen, "previous"), *period.panels(scope, chosen))
    assert data(found["industry-pareto"])["件数"].sum() == total
    assert data(found["industry-matrix"])["件数"].sum() == total
    steps = data(found["industry-waterfall"])
    assert (steps["本期件数"].sum(), steps["对比期件数"].sum()) == (total, before)
    assert steps["变化"].sum() == total - before
    assert data(found["period-changes"])["本期（件）"].tolist()[0] == total
    assert data(found["period-changes"])["本期（件）"].tolist()[1:] == sorted(
        data(found["industry-pareto"])["件数"], reverse=True
    )
    assert data(found["period-calendar"])["件数"].sum() == total
    months = data(found["period-band"]).set_index("月份")["件数"]
    assert months["2024-12":"2025-11"].sum() == total
    places = data(by_key(*region.panels(scope, chosen))["region-funnel"])
    # Those recorded above the parts have no residents to be held against.
    inside = seen.complaint_by_region
    apart = inside.loc[~(inside["population"] > 0), "complaint_count"].sum() if len(seen.focus.parts) else 0
    assert places["件数"].sum() == total - apart


@pytest.mark.parametrize(("username", "every"), [("leader", 1), ("room", 3), ("team", 1)])
def test_a_cell_of_the_matrix_is_the_list_it_opens(
    open_page: Open, fresh_installation: Installation, username: str, every: int
) -> None:
    scope, chosen = fresh_installation.scope(username), Filters(None, None, *PERIOD)
    panel = by_key(*industry.panels(scope, chosen, "previous"))["industry-matrix"]
    squares = panel.chart.data[-1]
    cells = list(zip(squares.customdata, squares.text, strict=True))[::every]
    assert len(cells) > 5
    for point, text in cells:
        count = int(text.split()[0].replace(",", ""))
        picked = dict(zip((name for name, _ in panel.picks), point, strict=False))
        assert bool(picked["region"]) == (count > 0)
        if count:
            narrowing = Narrowing(
                own=picked["own"] == "true" or None, no_industry=picked["no_industry"] == "true" or None
            )
            asked = replace(chosen, region=picked["region"], industry=picked["industry"] or None)
            assert complaint_list(scope, asked, narrowing=narrowing, rows=1).total == count, picked


def test_days_and_repeats_are_the_lists_they_open(leader: Scope) -> None:
    chosen = Filters(None, None, *PERIOD)
    days = data(by_key(*period.panels(leader, chosen))["period-calendar"])
    for day, count in days.sort_values("件数", ascending=False).head(3).itertuples(index=False):
        on = date.fromisoformat(day)
        assert complaint_list(leader, chosen, narrowing=Narrowing(start=on, end=on), rows=1).total == count
    found = by_key(*region.panels(leader, chosen))
    remainder = Filters(leader.regions[0], None, *PERIOD)
    for key, column, narrowing in (
        ("region-repeats", "重复投诉（件）", Narrowing(repeat=True)),
        ("region-late", "未按期投诉（件）", Narrowing(due="late")),
    ):
        own = complaint_list(leader, remainder, narrowing=replace(narrowing, own=True), rows=1).total
        listed = complaint_list(leader, chosen, narrowing=narrowing, rows=1).total
        assert data(found[key])[column].sum() == listed - own
        assert dict(found[key].rows or ()) in ({"repeat": "true"}, {"due": "late"})


def listed(scope: Scope, chosen: Filters, asked: dict[str, str]) -> int:
    """Return how many complaints the list shows at the address that a click leads to."""
    place = {name: asked[name] for name in ("region", "industry") if name in asked}
    return complaint_list(scope, replace(chosen, **place), narrowing=read(asked, Narrowing), rows=1).total


@pytest.mark.parametrize("username", ["leader", "room", "team"])
def test_rows_and_months_of_the_period_are_the_lists_they_open(
    open_page: Open, fresh_installation: Installation, username: str
) -> None:
    scope, chosen = fresh_installation.scope(username), Filters(None, None, *PERIOD)
    found = by_key(*period.panels(scope, chosen))
    for key, column in (
        ("period-changes", "本期（件）"),
        ("period-exceedances", "件数"),
        ("period-signals", "件数"),
        ("period-rising", "近三月重复投诉"),
    ):
        panel, counts = found[key], data(found[key])[column]
        assert len(panel.marks) == len(counts)
        for asked, count in zip(panel.marks, counts, strict=True):
            assert listed(scope, chosen, dict(asked)) == int(str(count).replace(",", "").split(".")[0]), asked
    assert found["period-changes"].opens == found["period-exceedances"].opens == "complaints"
    band = found["period-band"]
    line = next(trace for trace in band.chart.data if trace.name == "实际件数")
    for count, days in list(zip(line.y, line.customdata, strict=True))[::9]:
        assert listed(scope, chosen, dict(zip((name for name, _ in band.picks), days, strict=True))) == count


def test_every_window_of_every_series_opens_its_complaints(poor: Path) -> None:
    town, village = "990101001000", "990101001001"
    complaints = [
        tiny.Complaint(
            f"c{n}", (town, village)[n % 2], datetime(2026, 7, 3 + 9 * n, 9), ("edu", None)[n % 3 > 0]
        )
        for n in range(3)
    ] + [tiny.Complaint("last", "990200003000", datetime(2026, 10, 28, 9), "env")]
    tiny.write(tiny.settings_in(poor), tiny.World(complaints))
    scope, chosen = (
        Scope("x", "leader", ("990000000000",), EVERYTHING, EVERYTHING),
        Filters(town, None, *PERIOD),
    )
    edges = [date(2026, 7, 1) + timedelta(days=7 * week) for week in range(11)]
    last = edges[-1] - timedelta(days=1)
    series = pd.concat(
        [
            period._series(analysis_queries.days(scope, chosen, edges[0], last, by), kind)
            for kind, by in period.KINDS.items()
        ],
        axis=1,
    )
    weekly = series.groupby((series.index - pd.Timestamp(edges[0])).days // 7).sum()
    table, marks = period._shown(period._watched(weekly, edges, 10), "该周起", "%Y-%m-%d")
    assert {(one["region"], one.get("own")) for one in marks if "region" in one} == {
        (town, "true"),
        (village, None),
    }
    assert {one.get("industry", "") for one in marks if "region" not in one} == {"edu", ""}
    assert [listed(scope, chosen, one) for one in marks] == table["件数"].astype(int).tolist()
    assert table["件数"].astype(int).sum() > 0


def test_siblings_are_compared_while_inside(leader: Scope) -> None:
    parts = queries.region_children(leader)
    town = parts["code"].iloc[0]
    found = by_key(*region.panels(leader, Filters(town, None, *PERIOD)))
    siblings = data(found["region-siblings"])
    assert town in siblings["地区代码"].tolist()
    assert set(siblings["地区代码"]) <= set(parts["code"])
    assert "region-siblings" not in by_key(*region.panels(leader, Filters(None, None, *PERIOD)))


WORLDS = {
    "no rows": tiny.World(),
    "one row": tiny.World([tiny.Complaint("c", "990101001001", datetime(2026, 8, 3, 9), "edu")]),
    "one month, unknown industries": tiny.World(
        [tiny.Complaint(f"c{n}", "990101001001", datetime(2026, 9, 1 + n, 9)) for n in range(4)]
    ),
    "no residents": tiny.World(
        [tiny.Complaint(f"c{n}", "990101001002", datetime(2026, 1 + n, 5, 9), "env") for n in range(9)],
        regions={code: (name, parent, 0) for code, (name, parent, _) in tiny.REGIONS.items()},
    ),
    "closed before opened, future": tiny.World(
        [
            tiny.Complaint(
                "c1", "990101000000", datetime(2026, 9, 5, 9), "edu", closed_at=datetime(2026, 8, 1)
            ),
            tiny.Complaint("c2", "990101001001", datetime(2027, 3, 5, 9), "edu"),
            tiny.Complaint("c3", "990200003000", datetime(2023, 3, 5, 9), "env"),
        ]
    ),
}


@pytest.fixture
def poor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of a few rows, which functions called directly read."""
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path))
    settings_module.settings.cache_clear()
    yield tmp_path
    settings_module.settings.cache_clear()


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("focus", [None, "990101000000", "990101001001"])
def test_poor_data_leave_every_panel_standing(poor: Path, world: str, focus: str | None) -> None:
    tiny.write(tiny.settings_in(poor), WORLDS[world])
    scope = Scope("x", "leader", ("990000000000",), EVERYTHING, EVERYTHING)
    chosen = Filters(focus, None, date(2025, 10, 1), date(2026, 9, 30))
    found = by_key(
        *region.panels(scope, chosen),
        *industry.panels(scope, chosen, "last_year"),
        *period.panels(scope, chosen),
    )
    assert {key.partition("-")[0] for key in found} == {"region", "industry", "period"}
    for panel in found.values():
        shown = panel.reading if panel.chart is not None else panel.empty
        assert shown
        assert "nan" not in shown
        assert not any(word in shown for word in ("明显偏高", "形成热点", "为早期信号"))
    assert period.measured(scope, chosen)
