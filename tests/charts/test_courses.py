"""Charts of durations, topics, shares and pairs: valid, in order, and clickable for what they stand for."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from cockpit.charts import dwell, pair, quadrant, shares, survival
from tests.charts.test_specs import EVIL, data, schema

NAN = float("nan")
CURVES = pd.DataFrame(
    {
        "group": ["合计", "合计", EVIL, EVIL],
        "day": [3.0, 9.0, 4.0, 6.0],
        "share": [0.75, 0.5, 0.9, 0.1],
        "low": [0.6, 0.3, 0.8, 0.05],
        "high": [0.85, 0.7, 0.95, 0.3],
    }
)
TOPICS = pd.DataFrame(
    {
        "industry": ["edu", "env", "", "fund"],
        "linked": ["校服", "-", "低保", "账目"],
        "name": [EVIL, "生态环保·未分类", "未标明·低保", "三资·账目"],
        "label": [EVIL, "未分类", "低保", "账目"],
        "complaint_count": [90, 40, 10, 20],
        "repeat_count": [45, 4, 5, 1],
        "place_count": [30, 25, 4, 6],
        "prevalence": [0.6, 0.5, 0.1, 0.2],
        "repeat_share": [0.5, 0.1, 0.5, 0.05],
    }
)
SHARES = pd.DataFrame(
    {
        "code": ["u1", "u2", "u3"],
        "name": [EVIL, "环保局", "民政局"],
        "successes": [9, 5, 1],
        "trials": [10, 10, 20],
        "share": [0.9, 0.5, 0.05],
        "low": [0.6, 0.24, 0.01],
        "high": [0.98, 0.76, 0.24],
        "direction": [1, 0, -1],
    }
)
STAGES = pd.DataFrame(
    {"stage": ["受理", "办理"], "visits": [120, 80], "median": [1.0, NAN], "p90": [3.0, NAN]}
)
NAMES = ("甲县", EVIL)
MONTHS = pd.DataFrame(
    {"side": [NAMES[0], NAMES[1]], "number": [1, 1], "month": ["2025-01", "2024-01"], "value": [3.5, NAN]}
)
PARTS = pd.DataFrame(
    {
        "name": ["教育", EVIL],
        "first": [0.25, NAN],
        "second": [0.5, NAN],
        "first_count": [5, 0],
        "second_count": [10, 0],
        "is_different": [True, False],
    }
)
Make = Callable[[pd.DataFrame], Any]
SPECS: dict[str, tuple[Make, pd.DataFrame]] = {
    "shares": (
        lambda frame: shares.shares(frame, target=0.4, what="按期办结率", trials_name="已办结"),
        SHARES,
    ),
    "dwell": (dwell.dwell, STAGES),
    "lines": (lambda frame: pair.lines(frame, NAMES, unit="件"), MONTHS.fillna(0)),
    "pair": (lambda frame: pair.shares(frame, NAMES, what="占比"), PARTS),
}
FIGURES: dict[str, tuple[Make, pd.DataFrame]] = {
    "survival": (
        lambda frame: survival.survival(frame, x_title="受理后（天）", y_title="尚未办结（%）"),
        CURVES,
    ),
    "quadrant": (lambda frame: quadrant.quadrant(frame, prevalence=0.5, repeat_share=0.3), TOPICS),
}


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_specification_is_valid(name: str, rows: int | None) -> None:
    make, frame = SPECS[name]
    spec: dict[str, Any] = make(frame if rows is None else frame.head(rows))
    assert not list(schema().iter_errors(spec))
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False)
    assert (json.dumps(EVIL, ensure_ascii=False)[1:-1] in text) or rows is not None or name == "dwell"


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_figure_is_valid_and_names_its_units(name: str, rows: int | None) -> None:
    make, frame = FIGURES[name]
    drawn: go.Figure = make(frame if rows is None else frame.head(rows))
    text = drawn.to_json()
    assert "<img" not in text
    assert "（%）" in drawn.layout.yaxis.title.text
    assert bool(drawn.data) == (rows != 0)


def test_a_curve_begins_with_all_open_and_steps_down() -> None:
    lines = [trace for trace in FIGURES["survival"][0](CURVES).data if trace.name]
    assert [(line.x, line.y) for line in lines] == [
        ((0, 3, 9), (100, 75, 50)),
        ((0, 4, 6), (100, 90, pytest.approx(10))),
    ]
    assert {line.line.shape for line in lines} == {"hv"}
    assert len({line.line.dash for line in lines}) == 2


def test_what_has_come_back_rises_from_nothing() -> None:
    drawn = survival.survival(CURVES.head(2), x_title="天", y_title="%", has_come=True)
    [line] = [trace for trace in drawn.data if trace.name]
    assert line.y == (0, 25, 50)


def test_bands_are_drawn_where_they_can_be_told_apart() -> None:
    three = pd.concat([CURVES, CURVES.head(2).assign(group="三")])
    assert sum(trace.fill == "tonexty" for trace in FIGURES["survival"][0](CURVES).data) == 2
    assert not any(trace.fill for trace in FIGURES["survival"][0](three).data)


def test_a_topic_stands_in_its_quadrant_and_opens_its_list() -> None:
    drawn = FIGURES["quadrant"][0](TOPICS)
    found = {
        tuple(point[:2]): (trace.name, trace.marker.symbol)
        for trace in drawn.data
        for point in trace.customdata
    }
    assert found == {
        ("edu", "校服"): ("普遍且反复", "diamond"),
        ("env", "-"): ("普遍发生", "square"),
        ("", "低保"): ("局部反复", "triangle-up"),
        ("fund", "账目"): ("个别发生", "circle"),
    }


def test_names_do_not_cover_each_other() -> None:
    crowd = pd.concat([TOPICS.head(1)] * 30, ignore_index=True).assign(complaint_count=np.arange(30, 60))
    written = [text for trace in FIGURES["quadrant"][0](crowd).data for text in trace.text if text]
    assert len(written) == 1


def test_shares_keep_their_order_and_say_what_may_be_claimed() -> None:
    rows = [row for row in data(SPECS["shares"][0](SHARES)) if "code" in row]
    assert [(row["code"], row["share"], row["kind"]) for row in rows] == [
        ("u1", 90, "明显偏高"),
        ("u2", 50, "无明显差异"),
        ("u3", 5, "明显偏低"),
    ]
    few = shares.shares(SHARES, target=0.4, what="率", trials_name="件", rows_max=2)
    assert len([row for row in data(few) if "code" in row]) == 2


def test_a_stage_that_few_have_left_has_no_days() -> None:
    rows = data(dwell.dwell(STAGES))
    assert [(row["median"], row["p90"]) for row in rows] == [(1, 3), (None, None)]


def test_a_difference_beyond_chance_is_marked() -> None:
    rows = data(SPECS["pair"][0](PARTS))
    assert [(row["name"], row["side"], row["share"]) for row in rows] == [
        ("教育 ◆", NAMES[0], 25),
        ("教育 ◆", NAMES[1], 50),
        (EVIL, NAMES[0], None),
        (EVIL, NAMES[1], None),
    ]
