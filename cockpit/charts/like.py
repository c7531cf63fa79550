"""A value among those of its like: a dot on a band, each row on its own scale, without a rank."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cockpit.charts.theme import MUTED, TEXT, Spec, chart, records

# How far beyond the band there is room for, in widths of it: what lies further stands at the edge.
BEYOND = 0.35
DOT = "#d4762c"
ROW_HEIGHT = 36


def place(row: Mapping[str, Any]) -> float:
    """Return where a value lies on its band, which runs from 0 to 1; beyond it at most BEYOND, of no width at its end."""
    low, high, value = float(row["low"]), float(row["high"]), float(row["value"])
    if high > low:
        return min(max((value - low) / (high - low), -BEYOND), 1 + BEYOND)
    return 0.5 if value == low else 1 + BEYOND if value > high else -BEYOND


def like(figures: pd.DataFrame) -> Spec:
    """Draw one dot a figure on the band of its peers (a tenth to nine tenths), whose middle is a tick.

    `figures` has `label`, `value, low, mid, high` in the figure's own unit, and `words`, which say them. Empty input
    gives an empty chart.
    """
    rows = [
        {
            "label": row["label"],
            "words": row["words"],
            "at": place(row),
            "mid": place(row | {"value": row["mid"]}),
            "low": 0,
            "high": 1,
        }
        for row in records(figures[["label", "value", "low", "mid", "high", "words"]])
    ]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [row["label"] for row in rows],
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 120, "ticks": False, "domain": False},
    }
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [-BEYOND - 0.1, 1 + BEYOND + 0.1], "nice": False},
        "axis": None,
    }
    view: Spec = {
        "encoding": {
            "y": y,
            "tooltip": [{"field": "label", "title": "指标"}, {"field": "words", "title": "比较"}],
        },
        "layer": [
            {
                "mark": {"type": "bar", "color": MUTED, "opacity": 0.45, "height": 14},
                "encoding": {"x": x, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "tick", "thickness": 2, "size": 20, "color": TEXT},
                "encoding": {"x": {**x, "field": "mid"}},
            },
            {
                "mark": {
                    "type": "point",
                    "shape": "circle",
                    "filled": True,
                    "size": 150,
                    "color": DOT,
                    "opacity": 1,
                },
                "encoding": {"x": {**x, "field": "at"}},
            },
        ],
    }
    return chart(20 + ROW_HEIGHT * max(1, len(rows)), rows, view)
