"""Places in order of a smoothed rate, each with its interval."""

import math

import pandas as pd

from cockpit.charts.theme import ACCENT, MUTED, Spec, chart, pick, records


def ranking(
    rates: pd.DataFrame, *, mean: float | None, unit: str, rows_max: int = 15, here: str | None = None
) -> Spec:
    """Draw one dot and interval a place, highest first, with the mean of all as a dashed rule.

    `rates` has `code, name, rate, low, high, count`. Places beyond `rows_max` are left out, the one with the code
    `here`, a diamond, never.
    A click reports `code`. Empty input gives an empty chart.
    """
    places = records(rates[["code", "name", "rate", "low", "high", "count"]])
    places.sort(key=lambda row: (math.isnan(row["rate"]), -row["rate"], row["code"]))
    # Room is kept for the one at hand among those that are left out.
    beside = [row["code"] for row in places if row["code"] != here]
    kept = {here, *beside[: rows_max - (len(beside) < len(places))]}
    values = [row for row in places if row["code"] in kept]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in values],
        "title": None,
        "axis": {"labelOverlap": False},
    }
    tooltip = [
        {"field": "name", "title": "地区"},
        {"field": "rate", "format": ".2f", "title": f"平滑率（{unit}）"},
        {"field": "low", "format": ".2f", "title": "95% 区间下限"},
        {"field": "high", "format": ".2f", "title": "95% 区间上限"},
        {"field": "count", "format": ",", "title": "件数"},
    ]
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "color": MUTED},
            "encoding": {
                "x": {"field": "low", "type": "quantitative", "title": unit, "scale": {"zero": True}},
                "x2": {"field": "high"},
                "y": y,
                "tooltip": tooltip,
            },
        },
        {
            "mark": {
                "type": "point",
                "filled": True,
                "size": 90,
                "color": ACCENT,
                "opacity": 1,
                "cursor": "pointer",
            },
            "params": [pick("code")],
            "encoding": {"x": {"field": "rate", "type": "quantitative"}, "y": y, "tooltip": tooltip},
        },
    ]
    if here is not None:
        layers.append(
            {
                "transform": [{"filter": {"field": "code", "equal": here}}],
                "mark": {
                    "type": "point",
                    "filled": True,
                    "shape": "diamond",
                    "size": 190,
                    "color": "#d4762c",
                    "opacity": 1,
                },
                "encoding": {"x": {"field": "rate", "type": "quantitative"}, "y": y, "tooltip": tooltip},
            }
        )
    if mean is not None:
        layers.append(
            {
                "data": {"values": [{"mean": mean}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": "#c2475a"},
                "encoding": {
                    "x": {"field": "mean", "type": "quantitative"},
                    "tooltip": [{"field": "mean", "format": ".2f", "title": f"平均（{unit}）"}],
                },
            }
        )
    return chart(320, values, {"layer": layers})
