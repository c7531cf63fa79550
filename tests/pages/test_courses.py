"""Sections 普遍与反复, 办理, 对比: for everyone, with the list's own numbers, masked where few, standing on poor data."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cockpit import queries
from cockpit.ledger import audit, saved_view
from cockpit.queries import Filters, Narrowing, analysis, complaint_list
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui import wording
from cockpit.ui.analysis import compare, handling, recurrence
from cockpit.ui.narrowing import read
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.pages.test_analysis import EVERYTHING, PERIOD, WORLDS, by_key, data, leader, poor
from tests.views import tiny

__all__ = ["leader", "poor"]
SECTIONS = {"recurrence": "同一问题的多件反映", "handling": "六环节停留时长", "compare": "主要指标"}
USERS = ["leader", "room", "team", "station", "neighbour"]
CHOSEN = Filters(None, None, *PERIOD)


def count(scope: Scope, **narrowing: object) -> int:
    return complaint_list(scope, CHOSEN, narrowing=Narrowing(**narrowing), rows=1).total  # type: ignore[arg-type]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    page = open_page(fresh_installation.scope(role), "analysis", section=section)
    text = said(page)
    assert not page.error, [error.value for error in page.error]
    assert SECTIONS[section] in text
    assert "解读" in text
    assert "nan" not in text


@pytest.mark.parametrize("by", handling.BY)
@pytest.mark.parametrize("username", USERS)
def test_every_share_is_made_of_the_lists_it_opens(
    open_page: Open, fresh_installation: Installation, username: str, by: handling.By
) -> None:
    scope = fresh_installation.scope(username)
    rows = handling.counts(scope, CHOSEN, by)
    sums = {name: int(rows[name].sum()) for name in analysis.COUNTS}
    assert sums["complaint_count"] == count(scope)
    assert sums["due_count"] == count(scope, due="due")
    assert sums["on_time_count"] == count(scope, due="on_time")
    assert sums["rated_count"] == count(scope, rated="rated")
    assert sums["satisfied_count"] == count(scope, rated="satisfied")
    assert sums["repeat_count"] == count(scope, repeat=True)
    for share in handling.SHARES:
        assert read(dict(share.rows), Narrowing) != Narrowing()
    found = data(by_key(*handling.panels(scope, CHOSEN, by))["handling-durations"])
    assert found["件数"].iloc[0] == sums["complaint_count"]
    assert found["其中已办结"].iloc[0] == sums["closed_count"]


@pytest.mark.parametrize("username", USERS)
def test_topics_are_the_lists_they_open(
    open_page: Open, fresh_installation: Installation, username: str
) -> None:
    scope = fresh_installation.scope(username)
    panel = by_key(*recurrence.panels(scope, CHOSEN))["recurrence-topics"]
    topics = data(panel)
    assert topics["件数"].sum() == count(scope)
    assert topics["再次反映件数"].sum() == count(scope, repeat=True)
    points = (
        [] if panel.chart is None else [point for trace in panel.chart.data for point in trace.customdata]
    )
    for point in points[:5]:
        picked = dict(zip((name for name, _ in panel.picks), point, strict=False))
        if picked["industry"]:
            asked = replace(CHOSEN, industry=picked.pop("industry"))
            assert complaint_list(scope, asked, narrowing=read(picked, Narrowing), rows=1).total == point[3]


def test_returns_watch_what_was_closed(leader: Scope) -> None:
    rows = data(by_key(*recurrence.panels(leader, CHOSEN))["recurrence-returns"])
    assert rows["仍在观察的件数"].iloc[0] <= complaint_list(leader, CHOSEN, state="closed", rows=1).total
    assert rows["已再次反映（%）"].is_monotonic_increasing
    assert rows["办结后天数"].max() <= 180


def test_few_writers_are_not_counted_out(leader: Scope) -> None:
    found = analysis.clusters(leader, CHOSEN, rows=10_000).frame
    shown = recurrence.read_clusters(leader, found)
    small = found["writer_count"] < 5
    assert small.any()
    assert set(shown.loc[small, "反映人数"]) == {"<5"}
    assert [wording.persons(number) for number in (0, 4, 5, 1200)] == ["<5", "<5", "5", "1,200"]


def test_problems_are_listed_the_hottest_first(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("leader")
    page = open_page(scope, "analysis", section="recurrence")
    opened = Filters(None, None, *queries.default_period(date(2025, 12, 31)))
    expected = recurrence.read_clusters(scope, analysis.clusters(scope, opened, rows=10).frame)
    [table] = [one.value for one in page.dataframe if "代表性标题" in one.value.columns]
    assert table["件数"].tolist() == expected["件数"].tolist()
    assert table["代表性标题"].tolist() == expected["代表性标题"].tolist()


def test_findings_come_first_and_then_the_largest() -> None:
    rows = pd.DataFrame(
        {
            "code": [f"u{n}" for n in range(13)],
            "name": [f"单位{n}" for n in range(13)],
            "satisfied_count": [60, *[70] * 11, 2],
            "rated_count": [200, *[100 + n for n in range(11)], 3],
        }
    )
    told, found = handling.compared(rows, "satisfied_count", "rated_count")
    assert (told["name"].iloc[0], told["direction"].iloc[0]) == ("单位0", -1)
    assert told["trials"].tolist()[1:] == [*range(110, 99, -1), 3]
    assert found.points["exposure"].tolist() == told["trials"].tolist()
    satisfaction = next(share for share in handling.SHARES if share.are_persons)
    small = handling.exported(told, satisfaction, "单位").iloc[-1]
    assert small.tolist()[:4] == ["u12", "单位12", "<5", "<5"]
    assert small.iloc[4:].isna().all()
    assert "<5" not in handling.exported(told, replace(satisfaction, are_persons=False), "单位").to_string()


def test_slow_groups_are_named_by_their_curves() -> None:
    rng = np.random.default_rng(3)
    days = [rng.geometric(p, 200) for p in (0.05, 0.1, 0.1)]
    frame = pd.DataFrame(
        {
            "group": np.repeat(["a", "b", "c"], 200),
            "name": np.repeat(["甲", "乙", "丙"], 200),
            "days": np.concatenate(days),
            "is_closed": True,
            "complaint_count": 1,
        }
    )
    whole, drawn, groups = handling.curves(frame)
    assert whole.items == 600
    assert drawn["group"].unique().tolist() == ["合计", "甲", "乙", "丙"]
    assert dict(zip(groups["name"], groups["direction"], strict=True))["甲"] == -1
    assert (groups["complaint_count"] == 200).all()
    small = handling.curves(frame.groupby("group").head(5))
    assert small[2].empty
    assert handling.curves(frame.head(0))[0].items == 0


DAYS = pd.DataFrame({"days": [3, 9], "is_closed": [True, False], "complaint_count": [20, 5]})


def totals(**counts: int) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in analysis.COUNTS}


def figures(first: dict[str, int], second: dict[str, int], **more: object) -> pd.DataFrame:
    given: dict[str, object] = {"exposures": (None, None), "spans": (1.0, 1.0), "durations": (DAYS, DAYS)}
    rows = compare.figures(totals=(first, second), **{**given, **more})  # type: ignore[arg-type]
    return rows.set_index("label")


def test_counts_are_compared_per_resident_or_by_length_or_not_at_all() -> None:
    first, second = totals(complaint_count=300), totals(complaint_count=100)
    # Three times the complaints of three times the residents.
    rates = figures(first, second, exposures=(3000.0, 1000.0))
    rate = rates.iloc[1]
    assert (rate["first"], rate["second"], rate["is_judged"], rate["is_different"]) == (
        "100.00",
        "100.00",
        True,
        False,
    )
    assert not rates.loc["受理件数", "is_judged"]
    length = figures(first, second).loc["受理件数"]
    assert length["is_different"]
    assert length["shown"] == "按日数 +200.0%"
    assert not figures(first, second, spans=None).loc["受理件数", "is_judged"]


def test_few_raters_are_not_told() -> None:
    first = totals(complaint_count=100, rated_count=4, satisfied_count=1, due_count=100, on_time_count=90)
    second = totals(complaint_count=100, rated_count=50, satisfied_count=40, due_count=8, on_time_count=3)
    rows = figures(first, second)
    assert rows.loc[["满意率", "评价率"], "first"].tolist() == ["有评价的 <5 件", "有评价的 <5 件"]
    assert rows.loc[["满意率", "评价率"], "shown"].tolist() == ["—", "—"]
    assert rows.loc["按期办结率", "second"] == "3/8"
    assert not rows.loc[["满意率", "评价率", "按期办结率"], "is_judged"].any()


def test_a_mix_adds_up_and_marks_what_differs() -> None:
    rows = compare.mix(pd.Series({"教育": 90, "环保": 10}), pd.Series({"教育": 50, "民政": 50}))
    assert rows.index.tolist() == ["教育", "民政", "环保"]
    assert rows["first"].sum() == rows["second"].sum() == 1
    assert rows["is_different"].all()
    empty = compare.mix(pd.Series({"教育": 3}), pd.Series(dtype=int))
    assert np.isnan(empty["second"].iloc[0])
    assert not empty["is_different"].any()


def test_two_periods_are_the_two_lists(leader: Scope) -> None:
    other = replace(CHOSEN, start=date(2023, 12, 1), end=date(2024, 11, 30))
    panel = by_key(*compare.panels(leader, CHOSEN, other))["compare-figures"]
    first, second = (complaint_list(leader, side, rows=1).total for side in (CHOSEN, other))
    assert data(panel).iloc[0].tolist()[1:3] == [f"{first:,}", f"{second:,}"]
    mixed = data(by_key(*compare.panels(leader, CHOSEN, other))["compare-mix"])
    assert [mixed.iloc[:, column].sum() for column in (1, 3)] == [first, second]


def test_what_is_compared_with_comes_from_the_address_within_the_scope(
    open_page: Open, fresh_installation: Installation
) -> None:
    scope = fresh_installation.scope("leader")
    town = queries.region_children(scope)["code"].iloc[0]
    name = queries.region_children(scope)["name"].iloc[0]
    page = open_page(scope, "analysis", section="compare", against="same", with_=town)
    assert name in said(page)
    outside = open_page(scope, "analysis", section="compare", against="same", **{"with": "110000000000"})
    assert "两边相同" in said(outside)
    custom = open_page(
        scope, "analysis", section="compare", against="custom", with_from="2024-03", with_to="2024-01"
    )
    assert said(custom)
    assert custom.dataframe[0].value.columns[2] == "2024-01 至 2024-03"
    wrong = open_page(scope, "analysis", section="compare", against="custom", with_from="0000-13")
    assert not wrong.error


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("focus", [None, "990101000000", "990101001001"])
def test_poor_data_leave_every_panel_standing(poor: Path, world: str, focus: str | None) -> None:
    tiny.write(tiny.settings_in(poor), WORLDS[world])
    scope = Scope("x", "leader", ("990000000000",), EVERYTHING, EVERYTHING)
    chosen = Filters(focus, None, date(2025, 10, 1), date(2026, 9, 30))
    other = replace(chosen, start=date(2024, 10, 1), end=date(2025, 9, 30))
    found = by_key(
        *recurrence.panels(scope, chosen),
        *(row for by in handling.BY for row in handling.panels(scope, chosen, by)),
        *compare.panels(scope, chosen, other),
        *compare.panels(scope, chosen, replace(chosen, region="990102000000")),
    )
    assert {key.partition("-")[0] for key in found} == {"recurrence", "handling", "compare"}
    for panel in found.values():
        shown = panel.reading if panel.chart is not None else panel.empty
        assert shown, panel.key
        assert "nan" not in shown
        assert not any(word in shown for word in ("明显偏", "明显多于", "明显慢于"))


def test_views_are_saved_opened_renamed_and_deleted_on_the_page(
    open_page: Open, fresh_installation: Installation
) -> None:
    scope, ledger = fresh_installation.scope("room"), fresh_installation.ledger
    page = open_page(scope, "analysis", section="handling", by="unit")
    page.text_input(key="saved-view-name").set_value("单位办理")
    page.button(key="saved-view-save").click().run()
    [view] = saved_view.views(ledger, "room", "analysis")
    assert (view.name, view.parameters["section"], view.parameters["by"]) == ("单位办理", "handling", "unit")

    # The same name again is refused in words, and the page stands.
    page.text_input(key="saved-view-name").set_value("单位办理")
    page.button(key="saved-view-save").click().run()
    assert any("已有名为" in one.value for one in page.warning)
    assert len(saved_view.views(ledger, "room", "analysis")) == 1

    other = open_page(scope, "analysis", section="region")
    other.button(key=f"saved-view-open-{view.id}").click().run()
    assert "六环节停留时长" in said(other)
    assert other.query_params["section"] in ("handling", ["handling"])

    other.text_input(key=f"saved-view-rename-{view.id}").set_value("甲")
    other.button(key="saved-view-rename").click().run()
    assert [one.name for one in saved_view.views(ledger, "room", "analysis")] == ["甲"]
    other.button(key="saved-view-delete").click().run()
    assert saved_view.views(ledger, "room", "analysis") == []
    done = [
        one.action for one in audit.entries(ledger, who="room", limit=50) if one.action.startswith("view_")
    ]
    assert done == ["view_delete", "view_rename", "view_save"]


def test_nobody_sees_the_views_of_another(open_page: Open, fresh_installation: Installation) -> None:
    saved_view.save(fresh_installation.ledger, "analysis", "室的视图", {"section": "handling"}, who="room")
    page = open_page(fresh_installation.scope("leader"), "analysis")
    assert "室的视图" not in [one.label for one in page.button]


def test_a_complaint_shows_what_it_hangs_together_with(
    open_page: Open, fresh_installation: Installation
) -> None:
    scope = fresh_installation.scope("leader")
    cluster = analysis.clusters(scope, CHOSEN, rows=1).frame.iloc[0]
    page = open_page(scope, "complaint", id=str(cluster["representative_id"]))
    text = said(page)
    assert f"同一问题的其他反映（{cluster['complaint_count'] - 1:,} 件）" in text
    others = [one for one in page.button if str(one.key).startswith("related-same-")]
    assert len(others) == min(10, cluster["complaint_count"] - 1)
    name = str(others[0].key).removeprefix("related-same-")
    others[0].click().run()
    assert page.query_params["id"] in (name, [name])
    [seen, *_] = audit.entries(fresh_installation.ledger, who="leader", limit=1)
    assert (seen.action, seen.target) == ("view", f"complaint/{name}")
