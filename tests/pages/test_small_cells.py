"""Of fewer than five persons, raters or writers, no panel and no export of the analysis tells how many."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cockpit.queries import Filters, analysis
from cockpit.scope import ALL, Scope
from cockpit.ui.analysis import compare, handling, industry, period, recurrence, region
from cockpit.ui.analysis.panel import Panel
from tests.pages.test_analysis import by_key, poor
from tests.views import tiny

__all__ = ["poor"]
SCOPE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
CHOSEN = Filters("990100000000", None, date(2025, 10, 1), date(2026, 9, 30))
FEW, MANY = "990102000000", "990101001001"
PERSONS = ("有评价", "反映人数")


def complaints(unit: str, place: str, industry_code: str, marks: list[int | None]) -> list[tiny.Complaint]:
    start = datetime(2026, 3, 1, 9)
    return [
        tiny.Complaint(
            f"{unit}{n:02}",
            place,
            start + timedelta(days=n),
            industry_code,
            unit,
            start + timedelta(days=n + 5),
            mark,
        )
        for n, mark in enumerate(marks)
    ]


# Three raters, all of them unhappy, beside forty happy ones.
WORLD = tiny.World(
    [
        *complaints("u4", FEW, "env", [1, 1, 1, *[None] * 17]),
        *complaints("u1", MANY, "edu", [5] * 40),
    ]
)


def panels() -> dict[str, Panel]:
    nearby = replace(CHOSEN, region="990101000000")
    handled = {
        f"{panel.key} {by}": panel
        for by in handling.BY
        for row in handling.panels(SCOPE, CHOSEN, by)
        for panel in row
    }
    compared = {
        f"{panel.key} {number}": panel
        for number, other in enumerate(
            (replace(CHOSEN, region="990102000000"), replace(CHOSEN, end=date(2026, 3, 2)))
        )
        for row in compare.panels(SCOPE, nearby, other)
        for panel in row
    }
    return {
        **by_key(
            *region.panels(SCOPE, CHOSEN),
            *industry.panels(SCOPE, CHOSEN, "previous"),
            *period.panels(SCOPE, CHOSEN),
            *recurrence.panels(SCOPE, CHOSEN),
        ),
        **handled,
        **compared,
    }


def test_no_export_counts_few_persons(poor: Path) -> None:
    tiny.write(tiny.settings_in(poor), WORLD)
    found = {key: panel.data for key, panel in panels().items() if panel.data is not None}
    found["clusters"] = recurrence.read_clusters(SCOPE, analysis.clusters(SCOPE, CHOSEN, rows=100).frame)
    masked = set()
    for key, frame in found.items():
        for column in frame.columns:
            if not any(word in str(column) for word in PERSONS):
                continue
            few = pd.to_numeric(frame[column].astype(str).str.replace(",", ""), errors="coerce") < 5
            assert not few.any(), (key, column)
            if (frame[column] == "<5").any():
                masked.add(key)
    assert {
        "handling-satisfaction unit",
        "handling-satisfaction region",
        "handling-satisfaction industry",
    } <= masked
    assert "clusters" in masked


@pytest.mark.parametrize(("by", "few"), [("unit", "u4"), ("industry", "env"), ("region", "990102000000")])
def test_no_panel_names_a_group_of_few_persons(poor: Path, by: handling.By, few: str) -> None:
    tiny.write(tiny.settings_in(poor), WORLD)
    rows = handling.counts(SCOPE, CHOSEN, by)
    told, _ = handling.compared(rows, "satisfied_count", "rated_count")
    group = told[told["code"] == few].iloc[0]
    # What is left untold would be a finding.
    assert (group["trials"], group["direction"]) == (3, -1)
    panel = by_key(*handling.panels(SCOPE, CHOSEN, by))["handling-satisfaction"]
    assert group["name"] not in panel.reading
    assert "另有 1 个有评价的少于 5 件" in panel.reading
    assert few not in json.dumps(panel.chart, ensure_ascii=False)
    assert panel.data is not None
    row = panel.data[panel.data.iloc[:, 0] == few].iloc[0].iloc[1:]
    assert row.tolist()[1:3] == ["<5", "<5"]
    assert row.iloc[3:].isna().all()


def test_no_comparison_tells_of_few_persons(poor: Path) -> None:
    tiny.write(tiny.settings_in(poor), WORLD)
    rows = [
        panel.data
        for key, panel in panels().items()
        if key.startswith("compare-figures") and panel.data is not None
    ]
    assert rows
    told = [
        " ".join(map(str, row))
        for frame in rows
        for row in frame.to_numpy()
        if row[0] in ("评价率", "满意率")
    ]
    assert any("有评价的 <5 件" in row for row in told)
    assert not any(
        " 3/" in row or "（3/" in row or "/3）" in row or " 2/" in row or "（2/" in row for row in told
    )
