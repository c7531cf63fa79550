"""Specifications are valid, hold what was given and nothing else, and keep text as text."""

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pandas as pd
import pytest

from cockpit.charts import industries, monthly, ranking, region_map
from cockpit.charts.alert_stages import alert_stages

EVIL = "\"</script><img src=x onerror=alert(1)>'丁镇"
SQUARE = '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}'

RATES = pd.DataFrame(
    {
        "code": ["990101001000", "990101002000", "990101003000"],
        "name": [EVIL, "庚镇", "癸镇"],
        "rate": [1.5, 7.25, 3.0],
        "low": [1.0, 6.0, 2.0],
        "high": [2.0, 9.0, 4.0],
        "count": [12, 31, 5],
    }
)
OUTLINES = pd.DataFrame(
    {"region_code": ["990101001000", "990101002000", "990101009000"], "geometry": [json.loads(SQUARE)] * 3}
)
VALUES = RATES.rename(columns={"rate": "value"})
COUNTS = pd.DataFrame(
    {
        "code": ["edu", "env", ""],
        "name": ["教育", EVIL, "未标明行业"],
        "now": [3, 8, 1],
        "previous": [4, 0, 0],
    }
)
MONTHS = pd.DataFrame(
    {"month": pd.date_range("2024-01-01", periods=14, freq="MS"), "complaint_count": range(100, 114)}
)
STAGES = pd.DataFrame(
    {"stage": ["raised", "disposed"], "alert_level": ["red", "blue"], "alert_count": [41, 43]}
)

Make = Callable[[pd.DataFrame], dict[str, Any]]
CHARTS: dict[str, tuple[Make, pd.DataFrame]] = {
    "industries": (lambda frame: industries.industries(frame, unit="件"), COUNTS),
    "monthly": (
        lambda frame: monthly.monthly(
            frame, value="complaint_count", label="投诉", unit="件", start="2024-12-01", end="2025-02-28"
        ),
        MONTHS,
    ),
    "ranking": (lambda frame: ranking.ranking(frame, mean=2.5, unit="件"), RATES),
    "region_map": (lambda frame: region_map.region_map(OUTLINES, frame, label="率", unit="件"), VALUES),
    "alert_stages": (alert_stages, STAGES),
}


@cache
def schema() -> Any:
    text = files("altair.vegalite").joinpath("v6/schema/vega-lite-schema.json").read_text("utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def data(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all rows a specification carries, in order."""
    rows: list[dict[str, Any]] = list(spec.get("data", {}).get("values", []))
    for layer in spec.get("layer", []):
        rows += data(layer)
    return rows


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_specification_is_valid_json_of_vega_lite(name: str, rows: int | None) -> None:
    make, frame = CHARTS[name]
    spec = json.loads(json.dumps(make(frame if rows is None else frame.head(rows)), allow_nan=False))
    # The width of a container is set by Streamlit's own word for it.
    error = next(iter(schema().iter_errors(spec)), None)
    assert error is None, error.message[:500]


@pytest.mark.parametrize("name", CHARTS)
def test_a_specification_asks_nobody_for_anything(name: str) -> None:
    make, frame = CHARTS[name]
    text = json.dumps(make(frame))
    assert '"url"' not in text
    assert "http" not in text


@pytest.mark.parametrize("name", CHARTS)
def test_the_input_stays_as_it_was(name: str) -> None:
    make, frame = CHARTS[name]
    before = frame.copy(deep=True)
    make(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", ["industries", "ranking", "alert_stages"])
def test_no_rows_give_no_marks(name: str) -> None:
    make, frame = CHARTS[name]
    assert [row for row in data(make(frame.head(0))) if "mean" not in row] == []


def test_ranking_is_in_order_and_cut() -> None:
    spec = ranking.ranking(RATES, mean=2.5, unit="件", rows_max=2)
    rows = [row for row in data(spec) if "code" in row]
    assert [(row["code"], row["rate"], row["low"], row["high"], row["count"]) for row in rows] == [
        ("990101002000", 7.25, 6.0, 9.0, 31),
        ("990101003000", 3.0, 2.0, 4.0, 5),
    ]
    assert [row["mean"] for row in data(spec) if "mean" in row] == [2.5]
    assert not [row for row in data(ranking.ranking(RATES, mean=None, unit="件")) if "mean" in row]


def test_industries_are_in_order_with_the_period_before() -> None:
    rows = data(industries.industries(COUNTS, unit="件"))
    # What is written stands behind both.
    assert [(row["code"], row["now"], row["previous"], row["end"]) for row in rows] == [
        ("env", 8, 0, 8),
        ("edu", 3, 4, 4),
        ("", 1, 0, 1),
    ]


def test_months_stand_beside_the_year_before() -> None:
    make, frame = CHARTS["monthly"]
    rows = {row["month"][:7]: row for row in data(make(frame))}
    assert list(rows) == [f"{month:%Y-%m}" for month in frame["month"]]
    assert (rows["2025-02"]["now"], rows["2025-02"]["before"]) == (113, 101)
    assert rows["2024-12"].get("before") is None
    assert [month for month, row in rows.items() if row["chosen"]] == ["2024-12", "2025-01", "2025-02"]


def test_the_map_shades_by_value_and_leaves_the_unknown_grey() -> None:
    rows = {row["code"]: row for row in data(region_map.region_map(OUTLINES, VALUES, label="率", unit="件"))}
    assert rows["990101002000"]["value"] == 7.25
    assert rows["990101001000"]["name"] == EVIL
    assert rows["990101009000"]["value"] is None
    assert rows["990101009000"]["geometry"] == json.loads(SQUARE)
    missing = VALUES.assign(value=float("nan"))
    assert '"legend": null' in json.dumps(region_map.region_map(OUTLINES, missing, label="率", unit="件"))
    assert {
        row["value"] for row in data(region_map.region_map(OUTLINES, missing, label="率", unit="件"))
    } == {None}


def test_alert_levels_are_told_by_word_and_order() -> None:
    rows = data(alert_stages(STAGES))
    assert [(row["stage"], row["level"], row["alert_count"]) for row in rows] == [
        ("预警", "▲ 红色", 41),
        ("处置", "▲ 蓝色", 43),
    ]
    assert rows[0]["order"] < rows[1]["order"]
