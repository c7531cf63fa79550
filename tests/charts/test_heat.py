"""The map and the cells of 预警热力: pure, without a network, no markup of others."""

import json

import numpy as np
import pandas as pd

from cockpit.charts.heat_cells import heat_bars, heat_cells
from cockpit.charts.heat_map import STYLE, heat_map

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[110.12345, 30.0], [110.2, 30.0], [110.2, 30.1], [110.12345, 30.0]]],
}


def places(**more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["1", "2", "3"],
            "name": ["<b>甲</b>", "乙", "丙"],
            "value": [3.0, 0.0, np.nan],
            "class_": [1, 0, -1],
            "longitude": [110.15, 110.3, np.nan],
            "latitude": [30.05, 30.2, np.nan],
            "is_silent": [False, True, False],
            "card": [["<b>甲</b>", "3"], ["乙"], ["丙"]],
        }
        | more
    )


def layers(**given: object) -> dict[str, dict]:
    deck = json.loads(heat_map(places(), {"1": SQUARE}, count_classes=1, **given).to_json())  # type: ignore[arg-type]
    return {one["id"]: one for one in deck["layers"]}


def test_polygons_and_points_where_there_are_none() -> None:
    drawn = layers()
    [feature] = drawn["area"]["data"]["features"]
    assert feature["properties"]["code"] == "1"
    assert feature["geometry"]["coordinates"][0][0] == [110.123, 30.0]
    assert (feature["properties"]["a"], feature["properties"]["b"]) == ("＜b＞甲＜/b＞", "3")
    assert [one["code"] for one in drawn["point"]["data"]] == ["2"]
    assert set(drawn) == {"area", "point"}


def test_columns_over_outlines_and_heat_beneath() -> None:
    spots = pd.DataFrame({"longitude": [110.1234567], "latitude": [30.0], "weight": [4]})
    drawn = layers(has_columns=True, spots=spots)
    [column] = drawn["column"]["data"]
    assert (column["code"], column["height"] > 0) == ("1", True)
    assert drawn["heat"]["data"] == [{"at": [110.123, 30.0], "n": 4}]


def test_nothing_is_asked_of_a_network() -> None:
    text = heat_map(places(), {"1": SQUARE}, count_classes=1).to_json()
    assert json.loads(text)["mapStyle"] == STYLE
    assert STYLE.startswith("data:")
    assert "http" not in text


def test_no_place_at_all() -> None:
    deck = json.loads(heat_map(places().iloc[:0], {}, count_classes=0).to_json())
    assert deck["layers"][0]["data"]["features"] == []


def test_cells_carry_what_a_click_asks_and_bars_too() -> None:
    cells = pd.DataFrame(
        {"row": ["甲"], "column": ["26-01"], "count": [2.0], "words": ["2"], "note": ["n"], "region": ["1"]}
    )
    spec = heat_cells(cells, ["甲"], ["26-01"], fields=("region",), what="预警", unit="条")
    [layer] = spec["layer"]
    assert layer["data"]["values"] == [*cells.assign(said="甲 26-01：2 条预警，n").to_dict("records")]
    # The marks that are picked lie over all others.
    assert [("params" in one) for one in layer["layer"]] == [False, False, True]
    assert layer["layer"][-1]["params"][0]["select"]["fields"] == ["region"]
    assert (
        heat_cells(cells.iloc[:0], [], [], fields=(), what="预警", unit="条")["layer"][0]["data"]["values"]
        == []
    )
    bars = pd.DataFrame({"name": ["甲"], "all": [3], "part": [1], "words": ["w"], "unit": ["u"]})
    spec = heat_bars(bars, fields=("unit",), all_label="未处置", part_label="超期", unit="条")
    assert spec["layer"][0]["data"]["values"] == bars.assign(said="甲：w").to_dict("records")
