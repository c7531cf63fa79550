"""Grades: valid specifications that hold what was given; steps add up to the score; letters and shapes beside colours."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cockpit.charts.grade import MARKS, from_hundred, grade_history, grade_map, grade_shares, peer_band, tiles
from tests.charts.test_specs import EVIL, SQUARE, data, schema

CUTS = (85.0, 70.0, 60.0)
PLACES = pd.DataFrame(
    {
        "code": [f"99010100100{n}" for n in range(5)],
        "name": ["甲村", EVIL, "丙村", "丁村", "戊村"],
        "group": ["子镇", "子镇", "丑镇", "丑镇", EVIL],
        "grade": ["A", "B", "C", "D", ""],
        "note": ["a", "b", "c", "d", "e"],
        "longitude": [0.1, np.nan, 0.5, 0.2, 0.3],
        "latitude": [0.1, np.nan, 0.5, 0.2, 0.3],
    }
)
PARTS = pd.DataFrame(
    {
        "label": ["投诉率", "重复", EVIL],
        "lost": [5.25, 0.0, 14.0],
        "points": [60.0, np.nan, 30.0],
        "words": ["3 件", "—", "x"],
        "peer_low": [20.0, np.nan, 10.0],
        "peer_mid": [50.0, np.nan, 20.0],
        "peer_high": [80.0, np.nan, 90.0],
    }
)
MONTHS = pd.DataFrame(
    {
        "month": ["2026-01", "2026-02", "2026-03"],
        "score": [91.0, np.nan, 65.5],
        "grade": ["A", "", "C"],
        "note": ["", "x", ""],
    }
)
SHARES = pd.DataFrame({"group": ["村", "村", "镇"], "grade": ["A", "", "D"], "count": [3, 1, 2]})
OUTLINES = {"990101001000": json.loads(SQUARE)}
CHARTS: dict[str, tuple[Callable[[pd.DataFrame], dict[str, Any]], pd.DataFrame]] = {
    "tiles": (tiles, PLACES),
    "grade_map": (lambda frame: grade_map(OUTLINES, frame), PLACES),
    "points": (lambda frame: grade_map({}, frame), PLACES),
    "grade_shares": (grade_shares, SHARES),
    "from_hundred": (lambda frame: from_hundred(frame, score=80.75, cuts=CUTS), PARTS),
    "peer_band": (peer_band, PARTS),
    "grade_history": (
        lambda frame: grade_history(frame, cuts=CUTS, changes=[("2026-02", "改为 2"), ("2020-01", "早")]),
        MONTHS,
    ),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_specification_is_valid_and_asks_nobody(name: str, rows: int | None) -> None:
    make, frame = CHARTS[name]
    before = frame.copy(deep=True)
    text = json.dumps(make(frame if rows is None else frame.head(rows)), allow_nan=False)
    pd.testing.assert_frame_equal(frame, before)
    error = next(iter(schema().iter_errors(json.loads(text))), None)
    assert error is None, error.message[:500]
    assert "http" not in text
    assert '"url"' not in text


def test_steps_run_from_a_hundred_to_the_score() -> None:
    spec = from_hundred(PARTS, score=80.75, cuts=CUTS)
    rows = [row for row in data(spec) if "label" in row]
    assert [(row["low"], row["high"], row["text"]) for row in rows] == [
        (94.75, 100.0, "−5.2"),
        (94.75, 94.75, "0"),
        (80.75, 94.75, "−14.0"),
        (50.0, 80.75, "80.8"),
    ]
    assert [row["line"] for row in data(spec) if "at" in row] == ["A ≥85", "B ≥70", "C ≥60"] * 2


def test_tiles_of_a_group_stand_together_and_wrap() -> None:
    rows = data(tiles(PLACES))
    assert [(row["row"], row["column"], row["head"]) for row in rows] == [
        (0, 0, "子镇"),
        (0, 1, ""),
        (1, 0, "丑镇"),
        (1, 1, ""),
        (2, 0, EVIL),
    ]
    many = pd.concat([PLACES.head(1)] * 14)
    assert [row["row"] for row in data(tiles(many))] == [0] * 12 + [1] * 2
    assert [row["sign"] for row in rows] == ["A●", "B■", "C◆", "D✖", "–○"]


def test_no_two_grades_share_a_letter_a_shape_or_a_colour_and_none_looks_like_an_alert() -> None:
    for field in ("letter", "label", "sign", "shape", "ink", "ground"):
        assert len({getattr(mark, field) for mark in MARKS.values()}) == len(MARKS)
    assert not {"▲", "▼"} & {mark.sign for mark in MARKS.values()}


def test_shares_and_history_hold_what_was_given() -> None:
    assert [(row["text"], row["share"]) for row in data(grade_shares(SHARES))] == [
        ("A 3", 0.75),
        ("灰 1", 0.25),
        ("D 2", 1.0),
    ]
    spec = CHARTS["grade_history"][0](MONTHS)
    assert [row["words"] for row in data(spec) if "words" in row] == ["◆ 改为 2"] * 2
    assert [row["score"] for row in data(spec) if "letter" in row] == [91.0, None, 65.5]


def test_the_map_names_places_without_an_outline_by_points() -> None:
    rows = data(grade_map(OUTLINES, PLACES))
    assert [row["code"] for row in rows if row.get("type") == "Feature"] == ["990101001000"]
    assert {row["name"] for row in rows if "type" not in row} == {"丙村", "丁村", "戊村"}
