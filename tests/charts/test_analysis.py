"""Charts of regions, industries and periods: valid, in order, and clickable for what they stand for."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from cockpit.charts import (
    band,
    calendar,
    decomposition,
    festival,
    funnel,
    matrix,
    pareto,
    ranking,
    ratios,
    spots,
    waterfall,
)
from tests.charts.test_specs import EVIL, OUTLINES, RATES, data, schema

PLACES = pd.DataFrame(
    {
        "code": ["990101001000", "990101002000", "990101003000"],
        "name": [EVIL, "庚镇", "癸镇"],
        "longitude": [101.1, 101.2, 101.3],
        "latitude": [30.1, 30.2, 30.3],
        "value": [3.5, 1.25, 2.0],
        "count": [35, 10, 20],
        "direction": [1, -1, 0],
    }
)
RATIOS = PLACES.assign(
    observed=[35, 10, 0], expected=[20.0, 21.5, 0.0], ratio=[1.75, 0.47, float("nan")], low=[1.2, 0.2, float("nan")],
    high=[2.4, 0.9, float("nan")],
)  # fmt: skip
PARTS = pd.DataFrame(
    {
        "code": ["env", "edu", "fund"],
        "name": ["生态环保", EVIL, "三资"],
        "count": [80, 15, 5],
        "share": [0.8, 0.15, 0.05],
        "cumulative": [0.8, 0.95, 1.0],
        "is_vital": [True, False, False],
    }
)
STEPS = pd.DataFrame(
    {
        "code": ["env", "edu"],
        "name": ["生态环保", EVIL],
        "before": [40, 9],
        "now": [70, 4],
        "change": [30, -5],
        "start": [49, 79],
        "end": [79, 74],
        "percent": [75.0, float("nan")],
        "direction": [1, 0],
    }
)
DAYS = pd.DataFrame({"day": pd.date_range("2025-12-27", periods=12), "count": range(12)})
MONTHS = pd.DataFrame(
    {
        "start": pd.date_range("2025-01-01", periods=4, freq="MS"),
        "count": [10.0, 12.0, 40.0, 11.0],
        "expected": [float("nan"), 11.0, 11.0, 12.0],
        "upper": [float("nan"), 20.0, 20.0, 21.0],
        "is_exceeded": [False, False, True, False],
    }
)
POINTS = PLACES.assign(events=[35, 10, 20], exposure=[10_000.0, 8_000.0, 10_000.0])
CURVES = pd.DataFrame(
    {"exposure": [5_000.0, 10_000.0], "low_95": [1.0, 1.2], "high_95": [3.0, 2.8], "low_998": [0.5, 0.9], "high_998": [4.0, 3.3]}
)  # fmt: skip
CELLS = pd.DataFrame(
    {
        "region": ["990101001000", "990101002000"] * 2,
        "industry": ["env", "env", "", ""],
        "own": "",
        "no_industry": ["", "", "true", "true"],
        "place_name": [EVIL, "庚镇"] * 2,
        "industry_name": ["生态环保", "生态环保", "未标明行业", "未标明行业"],
        "count": [1200.0, 0.0, 3.0, 4.0],
        "quotient": [2.0, 0.0, 0.5, float("nan")],
        "low": [1.5, 0.0, 0.1, float("nan")],
        "high": [2.6, 0.9, 1.5, float("nan")],
        "direction": [1, -1, 0, 0],
    }
)
PARTED = pd.DataFrame(
    {"count": [9.0, 11.0], "trend": [10.0, 10.0], "season": [-1.0, 1.0], "rest": [0.0, 0.0]},
    index=pd.date_range("2025-01-01", periods=2, freq="MS"),
)
ALIGNED = pd.DataFrame({2024: [1.0, float("nan"), 3.0], 2025: [2.0, 4.0, 6.0]}, index=[-1, 0, 1])

SPECS: dict[str, tuple[Callable[[pd.DataFrame], dict[str, Any]], pd.DataFrame]] = {
    "spots": (lambda frame: spots.spots(OUTLINES, frame, unit="件"), PLACES),
    "ratios": (lambda frame: ratios.ratios(frame, unit="件"), RATIOS),
    "pareto": (lambda frame: pareto.pareto(frame, unit="件"), PARTS),
    "waterfall": (
        lambda frame: waterfall.waterfall(frame, before=49, now=74, before_name="对比期", unit="件"),
        STEPS,
    ),
    "calendar": (lambda frame: calendar.calendar(frame, unit="件"), DAYS),
    "ranking": (lambda frame: ranking.ranking(frame, mean=2.5, unit="件", here="990101003000"), RATES),
}
FIGURES: dict[str, tuple[Callable[[pd.DataFrame], go.Figure], pd.DataFrame]] = {
    "funnel": (
        lambda frame: funnel.funnel(frame, CURVES, target=2.0, unit="件/千人·年", x_title="人年"),
        POINTS,
    ),
    "matrix": (lambda frame: matrix.matrix(frame, [EVIL, "庚镇"], ["生态环保", "未标明行业"]), CELLS),
    "band": (lambda frame: band.band(frame, unit="件", chosen=("2025-02-01", "2025-03-01")), MONTHS),
    "decomposition": (lambda frame: decomposition.decomposition(frame, unit="件"), PARTED),
    "festival": (lambda frame: festival.festival(frame, unit="件/日"), ALIGNED),
}


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_specification_is_valid_and_asks_nobody(name: str, rows: int | None) -> None:
    make, frame = SPECS[name]
    frame = frame if rows is None else frame.head(rows)
    before = frame.copy(deep=True)
    text = json.dumps(make(frame), allow_nan=False)
    pd.testing.assert_frame_equal(frame, before)
    assert '"url"' not in text
    error = next(iter(schema().iter_errors(json.loads(text))), None)
    assert error is None, error.message[:500]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_figure_stands_with_any_rows_and_reads_no_markup(name: str, rows: int | None) -> None:
    make, frame = FIGURES[name]
    frame = frame if rows is None else frame.head(rows)
    before = frame.copy(deep=True)
    text = str(make(frame).to_json())
    pd.testing.assert_frame_equal(frame, before)
    assert "<img" not in text
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert "Undefined" not in text


def test_a_hot_place_is_a_triangle_of_its_name() -> None:
    rows = [row for row in data(SPECS["spots"][0](PLACES)) if row.get("code")]
    assert [(row["kind"], row["count"]) for row in rows] == [("热点", 35), ("冷点", 10), ("未见聚集", 20)]
    assert rows[0]["geometry"]["coordinates"] == [101.1, 30.1]


def test_ratios_leave_out_what_has_none_and_keep_what_is_claimed() -> None:
    rows = [row for row in data(ratios.ratios(RATIOS, unit="件")) if "code" in row]
    assert [(row["name"], row["ratio"], row["kind"]) for row in rows] == [
        (EVIL, 1.75, "明显偏高"),
        ("庚镇", 0.47, "明显偏低"),
    ]
    many = pd.concat(
        [RATIOS.head(2), *[RATIOS.head(1).assign(ratio=3.0, direction=0, code=f"{n}") for n in range(9)]]
    )
    kept = [row["kind"] for row in data(ratios.ratios(many, unit="件", rows_max=3)) if "code" in row]
    assert sorted(kept) == ["无明显差异", "明显偏低", "明显偏高"]


def test_a_pareto_says_what_makes_four_fifths() -> None:
    rows = data(pareto.pareto(PARTS, unit="件"))
    assert [(row["text"], row["kind"] == "其余") for row in rows] == [
        ("80（累计 80%）", False),
        ("15（累计 95%）", True),
        ("5（累计 100%）", True),
    ]


def test_the_steps_of_a_waterfall_lead_from_total_to_total() -> None:
    rows = data(waterfall.waterfall(STEPS, before=49, now=74, before_name="对比期", unit="件"))
    # The axis begins below the lowest step, as all of it lies far from zero.
    assert [(row["low"], row["high"]) for row in rows] == [(40.0, 49), (49, 79), (74, 79), (40.0, 74)]
    assert [row["text"] for row in rows] == ["49", "+30（+75%） ▲", "-5", "74"]
    assert [row["kind"] for row in rows] == ["合计", "增加", "减少", "合计"]
    small = data(waterfall.waterfall(STEPS.head(0), before=0, now=0, before_name="对比期", unit="件"))
    assert [(row["low"], row["high"]) for row in small] == [(0, 0), (0, 0)]


def test_days_stand_under_their_monday() -> None:
    rows = {row["day"]: row for row in data(calendar.calendar(DAYS, unit="件"))}
    assert (rows["2025-12-28"]["week"], rows["2025-12-28"]["weekday"]) == ("2025-12-22", "日")
    assert (rows["2025-12-29"]["week"], rows["2025-12-29"]["weekday"]) == ("2025-12-29", "一")
    assert rows["2026-01-01"]["week"] == "2025-12-29"
    assert sum(row["count"] for row in rows.values()) == sum(range(12))


def test_the_place_at_hand_is_never_left_out_of_a_ranking() -> None:
    here = "990101001000"
    spec = ranking.ranking(RATES, mean=None, unit="件", rows_max=1, here=here)
    assert [row["code"] for row in data(spec)] == [here]
    assert f'"equal": "{here}"' in json.dumps(spec)
    assert '"equal"' not in json.dumps(ranking.ranking(RATES, mean=None, unit="件"))


def test_a_point_of_the_funnel_carries_its_code_and_side() -> None:
    drawn = FIGURES["funnel"][0](POINTS)
    marks = {trace.name: trace for trace in drawn.data if trace.mode == "markers"}
    assert {name: trace.customdata[0][0] for name, trace in marks.items()} == {
        "明显偏高": "990101001000",
        "明显偏低": "990101002000",
        "无明显差异": "990101003000",
    }
    assert len({trace.marker.symbol for trace in marks.values()}) == 3
    assert marks["明显偏高"].y == (3.5,)


def test_a_square_of_the_matrix_opens_its_cell_unless_it_is_empty() -> None:
    shades, squares = FIGURES["matrix"][0](CELLS).data
    assert [point[:4] for point in squares.customdata] == [
        ["990101001000", "env", "", ""],
        ["", "env", "", ""],
        ["990101001000", "", "", "true"],
        ["990101002000", "", "", "true"],
    ]
    assert squares.text == ("1,200 ▲", "0 ▼", "3", "4")
    assert squares.customdata[0][6:] == ["1,200", "2.00", "1.50–2.60"]
    assert np.nan_to_num(shades.z, nan=9).tolist() == [1.0, -2.0, -1.0, 9.0]


def test_the_band_marks_what_exceeds_it() -> None:
    drawn = FIGURES["band"][0](MONTHS)
    traces = {trace.name: trace for trace in drawn.data}
    assert (traces["异常升高"].x, traces["异常升高"].y) == (("2025-03-01",), (40.0,))
    assert traces["预期件数"].x == ("2025-02-01", "2025-03-01", "2025-04-01")
    calm = FIGURES["band"][0](MONTHS.assign(is_exceeded=False))
    assert "异常升高" not in {trace.name for trace in calm.data}


def test_a_month_of_the_band_carries_its_days() -> None:
    traces = {trace.name: trace for trace in FIGURES["band"][0](MONTHS).data}
    days = [["2025-01-01", "2025-01-31"], ["2025-02-01", "2025-02-28"], ["2025-03-01", "2025-03-31"]]
    assert list(traces["实际件数"].customdata)[:3] == days
    assert list(traces["异常升高"].customdata) == days[2:]


def test_the_latest_new_year_is_bold_and_days_without_a_count_stay_empty() -> None:
    latest, before = FIGURES["festival"][0](ALIGNED).data
    assert (latest.name, before.name) == ("2025 年", "2024 年")
    assert latest.line.width > before.line.width
    assert before.y == (1.0, None, 3.0)
