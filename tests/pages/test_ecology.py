"""政治生态: every section for everyone, contributions add up to what is shown, nobody sees others' places, reports, trial."""

import io
import zipfile
from datetime import date

import numpy as np
import pandas as pd
import pytest
from docx import Document

from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.queries import Filters
from cockpit.rating_rules import check, read_rules
from cockpit.region_code import contains
from cockpit.report import WRITERS, as_docx
from cockpit.scope import CASE_ROLES, Scope
from cockpit.settings import ROOT
from cockpit.ui.ecology import kept, place, report, what_if, whole
from pages import ecology
from tests.installation import Installation
from tests.pages.conftest import Open, said

WHOLE = Filters(None, None, date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize("section", sorted(ecology.SECTIONS))
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    page = open_page(fresh_installation.scope(role), "ecology", section=section)
    assert said(page)
    assert not page.error, [error.value for error in page.error]


@pytest.mark.parametrize("view", sorted(whole.VIEWS))
@pytest.mark.parametrize("tier", ["county", "town", "village", "unit"])
def test_tiles_and_map_of_every_tier(
    open_page: Open, fresh_installation: Installation, tier: str, view: str
) -> None:
    page = open_page(fresh_installation.scope("leader"), "ecology", tier=tier, view=view)
    assert said(page)
    assert not page.error


def rated(open_page: Open, scope: Scope, tier: str = "town") -> tuple[date, pd.DataFrame]:
    open_page(scope, "ecology")
    months = kept.months(scope)
    assert months
    return months[-1], kept.grades(scope, months[-1], None, tier)


def test_what_is_shown_adds_up(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("leader")
    month, rows = rated(open_page, scope)
    drawn = whole.drawing(scope, None, month, "town", "tiles")
    assert sum(drawn.counts.values()) == len(rows)
    assert drawn.shares.data is not None
    everything = drawn.shares.data[drawn.shares.data["同类组"] == "全部"]
    assert everything["个数"].sum() == len(rows)
    for row in rows.dropna(subset="score").head(10).to_dict("records"):
        parts = kept.contributions(scope, row["code"], month)
        assert 100 - parts["lost"].sum() == pytest.approx(row["score"], abs=1e-9)
        steps = report._steps(parts[~parts["is_missing"]], row["score"])
        assert steps[-2][2] == pytest.approx(row["score"], abs=1e-9)


def test_nobody_sees_the_places_of_others(open_page: Open, fresh_installation: Installation) -> None:
    scope, other = fresh_installation.scope("station"), fresh_installation.scope("neighbour").regions[0]
    month, _ = rated(open_page, scope, "village")
    for tier in kept.TIERS:
        for code in kept.grades(scope, month, None, tier).query("kind == 'region'")["code"]:
            assert any(contains(root, code) for root in scope.regions)
    assert not len(kept.one(scope, month, other))
    assert not len(kept.contributions(scope, other, month))
    page = open_page(scope, "ecology", section="place", place=other)
    assert "不在您的可见范围内" in said(page)
    assert not page.get("vega_lite_chart")


def test_a_look_is_recorded(
    open_page: Open, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        audit, "record", lambda ledger, *, action, target=None, **more: seen.append((action, target))
    )
    scope = fresh_installation.scope("leader")
    month, rows = rated(open_page, scope)
    code = rows["code"].iloc[0]
    open_page(scope, "ecology", section="place", place=code)
    open_page(scope, "ecology", section="place", place="990000000001")
    assert ("view", f"rating/{code}/{month:%Y-%m}") in seen
    assert ("denied", f"rating/990000000001/{month:%Y-%m}") in seen


def test_a_report_says_version_data_date_and_limits(
    open_page: Open, fresh_installation: Installation
) -> None:
    scope = fresh_installation.scope("leader")
    month, rows = rated(open_page, scope)
    row = rows.dropna(subset="score").to_dict("records")[0]
    made = report.made(scope, row, month)
    document = Document(io.BytesIO(as_docx(made)))
    text = "\n".join(one.text for one in document.paragraphs)
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    version = kept.version(scope, month)
    assert row["name"] in text
    assert f"规则 {version.name}" in text
    assert "数据截至" in text
    for limit in report.LIMITS:
        assert limit in text
    assert f"{row['score']:.1f}" in cells
    assert all(one.name in cells for one in version.indicators)


@pytest.mark.parametrize("kind", WRITERS)
def test_an_archive_holds_a_report_a_place(
    open_page: Open, fresh_installation: Installation, kind: str
) -> None:
    scope = fresh_installation.scope("leader")
    month, rows = rated(open_page, scope)
    made = report._archive(scope, rows.head(2).to_dict("records"), month, kind, WRITERS[kind])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
    assert len(names) == 2
    assert all(name.endswith(kind) for name in names)


RULES = read_rules(ROOT / "data" / "rating.toml")[-1]
WEIGHTS = {one.name: round(one.weight) for one in RULES.families}
CUTS = {"a": 85, "b": 70, "c": 60}


def test_a_proposal_of_the_same_rules_changes_no_colour(
    open_page: Open, fresh_installation: Installation
) -> None:
    scope = fresh_installation.scope("leader")
    month, rows = rated(open_page, scope)
    text = what_if.as_toml(what_if.proposal(kept.version(scope, month), WEIGHTS, CUTS))
    tried = what_if.tried(scope, None, month, "town", text)
    assert len(tried) == len(rows)
    assert (tried["grade"] == tried["new_grade"]).all()
    harder = what_if.proposal(kept.version(scope, month), WEIGHTS, {"a": 99, "b": 98, "c": 97})
    tried = what_if.tried(scope, None, month, "town", what_if.as_toml(harder))
    assert (tried["grade"] != tried["new_grade"]).any()
    assert set(tried["new_grade"]) <= {"D", "C", ""}


def test_a_proposal_is_scaled_and_checked() -> None:
    made = what_if.proposal(RULES, {**WEIGHTS, "complaint": 40}, CUTS)
    assert sum(one.weight for one in made.families) == pytest.approx(100)
    assert made.family("complaint").weight == pytest.approx(100 * 40 / 120)
    dropped = what_if.proposal(RULES, {**WEIGHTS, "complaint": 0}, CUTS)
    assert all(one.family != "complaint" for one in dropped.indicators)
    assert check(dropped.model_dump()).name == dropped.name
    with pytest.raises(CockpitError, match="不能全部为 0"):
        what_if.proposal(RULES, dict.fromkeys(WEIGHTS, 0), CUTS)
    with pytest.raises(CockpitError, match="A 高于 B"):
        what_if.proposal(RULES, WEIGHTS, {**CUTS, "b": 90})


def test_peers_are_told_in_points_whichever_way_is_better() -> None:
    parts = pd.DataFrame(
        {
            "best": [0.0, 90.0],
            "worst": [50.0, 40.0],
            "peer_low": [10.0, 50.0],
            "peer_mid": [20.0, 65.0],
            "peer_high": [60.0, 90.0],
        }
    )
    found = place.with_peers(parts)
    assert found["peer_low"].tolist() == [0.0, 20.0]
    assert found["peer_mid"].tolist() == [60.0, 50.0]
    assert found["peer_high"].tolist() == [80.0, 100.0]


def test_cases_of_a_way_are_whole_and_suffice() -> None:
    way = {
        "unit": "%",
        "to": 67.372,
        "numerator_to": 1115.2,
        "denominator": 1624.0,
        "persons": 1624.0,
        "better": "high",
    }
    assert place.stated(way, "to", "numerator_to") == "67.37 %（1,116/1,624）"
    assert place.stated({**way, "better": "low"}, "to", "numerator_to") == "67.37 %（1,115/1,624）"


def test_changes_of_rules_are_marked_once() -> None:
    course = pd.DataFrame(
        {"month": pd.to_datetime(["2026-03-01", "2026-01-01", "2026-02-01"]), "version": ["2", "1", "1"]}
    )
    assert place.changes(course) == (("2026-03", "规则改为 2"),)


def test_a_note_says_why(open_page: Open) -> None:
    row = {"score": np.nan, "grey_reason": "silent", "shown_grade": "D", "grade": "", "is_borderline": None}
    text = kept._note(row)
    assert "沉默" in text
    assert "改列" in text
    assert kept._note({**row, "score": 71.25, "grey_reason": "", "grade": "D"}) == "得分 71.2"


@pytest.mark.parametrize(
    ("persons", "numerator", "denominator", "shown"),
    [
        (3, 9, 120, ("<5", "120")),
        (4, 2, 4, ("<5", "<5")),
        (5, 2, 5, ("2", "5")),
        (0, 0, 120, ("0", "120")),
        (float("nan"), 3, 7, ("3", "7")),
    ],
)
def test_counts_that_tell_of_few_persons_are_not_told(
    persons: float, numerator: float, denominator: float, shown: tuple[str, str]
) -> None:
    row = {"persons": persons, "numerator": numerator, "denominator": denominator}
    assert (kept.counted(row, "numerator"), kept.counted(row, "denominator")) == shown
    way = row | {"from": 1.0, "to": 2.0, "unit": "%", "better": "high", "numerator_to": numerator + 1}
    assert ("（" in place.stated(way, "to", "numerator_to")) is (not kept.is_small(row))


def test_a_decision_is_written_down_and_shown_at_once(
    open_page: Open, fresh_installation: Installation
) -> None:
    leader, room = fresh_installation.scope("leader"), fresh_installation.scope("room")
    _, rows = rated(open_page, leader, "village")
    code = rows[rows["code"].map(lambda one: room.holds_region(str(one)))]["code"].iloc[0]
    page = open_page(room, "ecology", section="place", place=code)
    assert {one.label for one in page.button if one.label.startswith("确认")} == {"确认申诉"}
    page = open_page(leader, "ecology", section="place", place=code)
    assert {one.label for one in page.button if one.label.startswith("确认")} == {
        "确认一票否决",
        "确认限制等级",
    }
    box = next(one for one in page.text_area if one.label == "依据")
    box.input("短")
    next(one for one in page.button if one.label == "确认一票否决").click().run()
    assert "请填写依据或理由" in said(page)
    next(one for one in page.text_area if one.label == "依据").input("经核实瞒报红色预警一件。")
    next(one for one in page.button if one.label == "确认一票否决").click().run()
    assert not page.error
    assert [one.value for one in page.success] == ["已登记：一票否决。"]
    assert any("经核实瞒报红色预警一件。" in str(table.value) for table in page.dataframe)
    assert "确认撤销" in {one.label for one in page.button}
