"""指挥大屏: its numbers are those of the pages behind it, each panel says so when there is nothing, a kiosk sees counts alone."""

import re
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from cockpit import queries, region_code
from cockpit import settings as settings_module
from cockpit.analysis.concentration import contributions
from cockpit.queries import Filters, analysis, effect, heat
from cockpit.scope import ALL, Scope
from cockpit.settings import Screen
from cockpit.ui.analysis import period, recurrence
from cockpit.ui.ecology import whole
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import money as amount
from cockpit.ui.heat import place
from cockpit.ui.screen import alerts, centre, complaints, markup, ticker, top, wall
from cockpit.ui.screen.markup import Part
from cockpit.ui.screen.view import View, view
from cockpit.views.store import store
from pages import overview
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.views import tiny

TAG = re.compile(r"<[^>]+>")


def words(html: object) -> str:
    return " ".join(TAG.sub(" ", str(html)).split())


def cells(html: object) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", str(html))
    return [[words(cell) for cell in re.findall(r"<t[dh]>(.*?)</t[dh]>", row)] for row in rows]


def number(cell: str) -> int:
    """Return the number in a cell of a table on the wall, where a dot stands for none."""
    return int(cell.replace(",", "").replace("·", "0"))


@pytest.fixture
def shown(open_page: Open, fresh_installation: Installation) -> Scope:
    """The leader, the settings being those of the installation."""
    return fresh_installation.scope("leader")


@pytest.fixture
def views(shown: Scope) -> list[View]:
    """All of the leader's scope, and one part of it."""
    part = next(iter(queries.region_children(shown)["code"]))
    return [view(shown, None, None), view(shown, part, None)]


@pytest.mark.parametrize("role", ["leader", "kiosk"])
def test_the_screen_for_whom_it_is_meant(
    open_page: Open, fresh_installation: Installation, role: str
) -> None:
    page = open_page(fresh_installation.scope(role), "screen")
    said(page)
    assert not page.error
    assert not page.sidebar.markdown
    assert len(page.get("bidi_component")) == 2


def test_a_wall_stops_at_the_town_where_a_leader_goes_on(
    shown: Scope, fresh_installation: Installation
) -> None:
    kiosk = fresh_installation.scope("kiosk")
    village = fresh_installation.scope("station").regions[0]
    town = region_code.ancestor(village, "town")
    assert view(shown, village, None).region == village
    assert view(kiosk, village, None).region == view(kiosk, town, None).region == town
    of_a_village = Scope("k", "kiosk", (village,), (ALL,), (ALL,))
    assert view(of_a_village, village, None).region is None


def test_figures_are_those_of_the_overview(shown: Scope, views: list[View]) -> None:
    for one in views:
        told = {card.label: card.value for card in overview.drawing(shown, one.chosen).cards}
        found = re.findall(r"<span>(.*?)</span><small>.*?</small><b>(.*?)</b>", str(top.figures(shown, one)))
        assert len(found) <= 7
        assert dict(found).items() <= told.items()
        assert len(found) == 7


def test_alerts_are_those_of_the_heat(shown: Scope, views: list[View]) -> None:
    for one in views:
        total = place.totals(shown, one.chosen)
        table = cells(alerts.alerts(shown, one).body)
        assert number(table[-1][-1]) == total["alert_count"]
        level = heat.kinds(shown, one.chosen).query("kind == 'level'").set_index("code")["alert_count"]
        assert [number(row[-1]) for row in table[1:4]] == [
            level.get(code, 0) for code in ("red", "yellow", "blue")
        ]
        stage = heat.kinds(shown, one.chosen).query("kind == 'stage'").set_index("code")["alert_count"]
        assert [number(cell) for cell in table[-1][1:-1]] == [
            stage.get(code, 0)
            for code in ("raised", "assigned", "verified", "disposed", "applied", "assessed")
        ]
        body = words(alerts.red(shown, one).body)
        assert body.startswith(
            f"{total['red_open_count']} 条未处置" if total["red_open_count"] else "没有未处置"
        )
        drawn = centre.places(shown, one)
        parts = place.places(shown, one.chosen, None)
        assert drawn["alert_count"].sum() == parts.loc[parts["code"].isin(drawn["code"]), "alert_count"].sum()


def test_complaints_are_those_of_the_analysis(shown: Scope, views: list[View]) -> None:
    for one in views:
        drawn = complaints.expected(shown, one.chosen)
        page = period.panels(shown, one.chosen)[0][0]
        assert page.data is not None
        assert drawn["count"].astype(int).tolist() == page.data["件数"].tolist()[: len(drawn)]
        assert (
            drawn["upper"].dropna().tolist()
            == page.data["99% 上限"].dropna().tolist()[: drawn["upper"].notna().sum()]
        )
        data = queries.overview(shown, one.chosen)
        steps = contributions(
            data.complaint_by_industry["complaint_count_previous"],
            data.complaint_by_industry["complaint_count"],
        )
        assert f"{int(steps['before'].sum()):,} → {int(steps['now'].sum()):,} 件" in words(
            complaints.industries(shown, one).body
        )
        kinds = recurrence.placed(shown, one.chosen).shown["kind"].value_counts()
        told = words(complaints.topics(shown, one).body)
        assert all(f"{kind} {kinds.get(kind, 0)}" in told for kind in complaints.KINDS) or "没有" in told
        now = data.complaint_now.iloc[0]
        assert f"（{now['satisfied_count']:,.0f}/{now['rated_count']:,.0f}）" in words(
            complaints.satisfaction(shown, one).body
        )


def test_outcomes_and_grades_are_those_of_their_pages(shown: Scope, views: list[View]) -> None:
    for one in views:
        mature = kept.cohorts(shown, one.chosen).mature
        assert f"成熟 {mature['alert_count']:,.0f} 条：转线索 {mature['clue_count']:,.0f}（" in words(
            alerts.cohorts(shown, one).body
        )
        total = kept.cohorts(shown, one.chosen).total
        found = alerts.outcomes(shown, one)
        for name in ("alert_count", "clue_count", "sanction_count", "recovering_count", "recovered_sum"):
            assert found[name].sum() == pytest.approx(total[name])
            assert found.loc[found["is_mature"], name].sum() == pytest.approx(mature[name])
        stages = effect.stages(shown, one.chosen).set_index("stage")
        for name in ("alert_count", "overdue_count", "stuck_count"):
            assert found.groupby("stage")[name].sum().to_dict() == {
                stage: count for stage, count in stages[name].items() if stage in set(found["stage"])
            }
        _, told = amount("追回金额", total["recovered_sum"])
        assert not total["recovered_sum"] or words(alerts.money(shown, one).body).startswith(told)
        month = alerts.rated_month(shown, one)
        assert month
        part = alerts.grades(shown, one)
        tier = dict(part.parameters)["tier"]
        counts = whole.drawing(shown, one.region, month, tier, "tiles").counts
        if sum(counts.values()):
            found = re.findall(r'class="grade g(\w)">.*?<b>(.*?)</b>', str(part.body))
            assert {name.replace("x", ""): int(count) for name, count in found} == counts


def test_the_screen_turns_to_new_red_alerts_first_then_to_the_largest_change(
    shown: Scope, views: list[View]
) -> None:
    rows = pd.DataFrame(
        {
            "code": ["a", "b", "c", "d"],
            "new_red": [0, 1, 0, 2],
            "now": [10, 10, 30, 10],
            "previous": [60, 10, 10, 10],
        }
    )
    assert centre._turns(rows) == ("d", "b", "a", "c")


def test_a_past_day_shows_what_the_sources_said_then(shown: Scope) -> None:
    day = date(2025, 9, 10)
    one = view(shown, None, day)
    assert (one.chosen.start, one.chosen.end, one.is_past) == (date(2024, 9, 1), date(2025, 8, 31), True)
    stages = ("raised", "assigned", "verified", "disposed", "applied", "assessed")
    everything = store().frame("from alert_event", shown)
    steps = everything[everything["at"] < pd.Timestamp("2025-09-11")]
    steps = steps.assign(order=steps["stage"].map(stages.index)).sort_values(["at", "order"])
    last = steps.groupby("alert_id")["stage"].last()
    raised = queries.alert_list(shown, one.chosen, rows=100_000).frame
    expected = raised.assign(stage=raised["id"].map(last).fillna("raised"))
    now = raised.groupby(["alert_level", "stage"]).size()
    told = alerts.standing(shown, one).set_index(["alert_level", "stage"])["alert_count"]
    assert told.to_dict() == expected.groupby(["alert_level", "stage"]).size().to_dict()
    assert told.to_dict() != now.to_dict()
    untold = [complaints.satisfaction, alerts.cohorts, alerts.stuck, alerts.money]
    assert all("无法还原" in words(make(shown, one).body) for make in untold)
    assert words(top.figures(shown, one)).count("过去不可还原") == 5
    assert "回看截至 2025-09-10" in words(top.head(shown, one, is_linked=True))


def test_a_kiosk_sees_the_same_counts_and_no_rows(open_page: Open, fresh_installation: Installation) -> None:
    leader, kiosk = fresh_installation.scope("leader"), fresh_installation.scope("kiosk")
    assert leader.regions == kiosk.regions
    drawn = [wall.parts(scope, view(scope, None, None)) for scope in (leader, kiosk)]
    plain = [
        {key: words(html).replace(" ›", "").replace("返回总览", "").strip() for key, html in one.items()}
        for one in drawn
    ]
    assert plain[0] == plain[1]
    assert "<a " in "".join(drawn[0].values())
    assert "<a " not in "".join(drawn[1].values())
    counts = [
        [
            analysis.days(scope, Filters(), date(2025, 1, 1), date(2025, 12, 31), by)["complaint_count"].sum()
            for by in (None, "region", "industry")
        ]
        for scope in (leader, kiosk)
    ]
    assert counts[0] == counts[1]
    assert min(counts[0]) > 0
    first = queries.alert_list(leader, Filters(), rows=1).frame["id"].iloc[0]
    assert not view(kiosk, None, date(2025, 9, 10)).is_past
    assert not queries.alert_list(kiosk, Filters()).total
    assert not queries.complaint_list(kiosk, Filters()).total
    assert queries.alert_detail(kiosk, first).empty
    assert queries.alert_timeline(kiosk, first).empty


def test_a_kiosk_does_not_look_back(open_page: Open, fresh_installation: Installation) -> None:
    day = date(2025, 9, 10)
    told = {role: view(fresh_installation.scope(role), None, day) for role in ("leader", "kiosk")}
    assert (told["leader"].is_past, told["leader"].day) == (True, day)
    assert told["kiosk"] == view(fresh_installation.scope("kiosk"), None, None)


def test_the_ticker_names_no_village_and_no_person(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("leader")
    wide = View(Filters(start=date(2025, 1, 1), end=date(2025, 12, 31)), date(2025, 12, 31), False)
    told = words(ticker.ticker(scope, wide))
    assert "新增红色预警" in told
    villages = queries.region_tree(scope).query("level == 'village'")["name"]
    assert not [name for name in villages if name in told]
    assert "NASTY" not in told
    # Nor where the head of the screen names the one village there is.
    [where] = store().frame("from alert where alert_level = 'red' order by raised_at limit 1", scope)[
        "region_code"
    ]
    assert region_code.level(where) == "village"
    own = View(
        Filters(region=where, start=date(2025, 1, 1), end=date(2025, 12, 31)), date(2025, 12, 31), False
    )
    inside = Scope("x", "kiosk", (where,), (ALL,), (ALL,))
    for told in (words(ticker.ticker(scope, own)), words(ticker.ticker(inside, wide))):
        assert "新增红色预警不逐条列出" in told
        assert "▲▲▲" not in told


@pytest.fixture
def tiny_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path))
    monkeypatch.setenv("COCKPIT_SNAPSHOT_POLL_SECONDS", "0.001")
    settings_module.settings.cache_clear()
    yield tiny.settings_in(tmp_path)
    settings_module.settings.cache_clear()


ALL_OF_IT = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))


def test_empty_data_missing_outlines_and_ratings_are_told_by_each_panel(tiny_home, caplog) -> None:
    tiny.write(tiny_home, tiny.World())
    found = {key: words(html) for key, html in wall.parts(ALL_OF_IT, view(ALL_OF_IT, None, None)).items()}
    assert not caplog.records, caplog.records
    for key, told in {
        "volume": "没有可比的整月投诉",
        "industries": "本期没有投诉",
        "topics": "没有达到",
        "satisfaction": "尚无评价",
        "alerts": "本期没有预警",
        "red": "没有未处置的红色预警",
        "cohorts": "本期没有预警",
        "stuck": "本期没有预警",
        "money": "尚未追回资金",
        "ticker": "没有新增红色预警",
        "map": "没有边界数据",
    }.items():
        assert told in found[key], (key, found[key])
    assert all(found[key] for key in found if key != "problem")
    village = view(ALL_OF_IT, "990101001001", None)
    assert "不作判断" in wall.parts(ALL_OF_IT, village)["regions"]


def test_a_broken_panel_leaves_the_others(tiny_home, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.write(tiny_home, tiny.World())

    def fail(*_of: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(wall.RIGHT, "alerts", fail)
    found = wall.parts(ALL_OF_IT, view(ALL_OF_IT, None, None))
    assert found["alerts"] == wall.BROKEN
    assert "<h2" in found["red"]


def test_the_age_of_open_red_alerts_is_that_which_nine_tenths_have_not_passed(tiny_home) -> None:
    # Ten open ones of 1 … 10 days beside what does not count; the data date is 2026-10-20.
    open_ones = [
        tiny.Alert(f"a{age}", "990101001001", datetime(2026, 9, 30 - age), stage="assigned")
        for age in range(1, 11)
    ]
    others = [
        tiny.Alert("done", "990101001001", datetime(2026, 1, 1), stage="assessed", finding="substantiated"),
        tiny.Alert("blue", "990101001001", datetime(2026, 1, 1), alert_level="blue"),
        tiny.Alert("early", "990101001001", datetime(2024, 1, 1)),
    ]
    tiny.write(tiny_home, tiny.World(alerts=[*open_ones, *others]))
    told = words(alerts.red(ALL_OF_IT, view(ALL_OF_IT, None, None)).body)
    assert told == "10 条未处置 29 天内占九成 30 天最久"


def test_markup_from_data_stays_text() -> None:
    bad = '<img src=x onerror="1">'
    part = Part(
        bad, markup.bars([(bad, 1, bad, "high")]) + markup.line(bad), bad, "analysis", (("section", bad),)
    )
    html = markup.section(part, Filters(), is_linked=True)
    assert "<img" not in html
    assert html.count("&lt;img") == 6


def test_old_data_are_told(tiny_home, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.write(tiny_home, tiny.World())
    assert top.problem(ALL_OF_IT) == ""
    monkeypatch.setenv("COCKPIT_SOURCE_INTERVAL_DAYS", '{"complaint": 1}')
    settings_module.settings.cache_clear()
    assert "超过约定的 1 天" in top.problem(ALL_OF_IT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"panels": ["volume", "volume"]},
        {"panels": ["weather"]},
        {"rotate_seconds": 1},
        {"reload_hour": 24},
        {"regions": ["99"]},
        {"months": 0},
        {"colour": "red"},
        {"speed": 1},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Screen(**wrong)  # type: ignore[arg-type]
