"""The look shared by all charts: colours with a meaning, and the frame of a specification."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Spec = dict[str, Any]

# An alert level is told by its word and shape as well as its colour.
ALERT_COLOURS = {"red": "#c9372c", "yellow": "#d9a21b", "blue": "#3a7bd5"}
ACCENT = "#1f6feb"
MUTED = "#9aa7b8"
SEQUENCE = ["#dbe9fb", "#a9cbf5", "#6ba4ea", "#2f78d0", "#134b93"]
NO_DATA = "#cfd6df"
TEXT = "#6f7f95"
# More or less than chance leaves, told by the shape of the mark too.
HIGH, LOW, USUAL = "#c2475a", "#2a7d9c", "#9aa7b8"
SIDES = {
    1: (HIGH, "triangle-up", "明显偏高"),
    -1: (LOW, "triangle-down", "明显偏低"),
    0: (USUAL, "circle", "无明显差异"),
}
# Groups drawn together: line, area, dash, shape of the mark.
SERIES = (
    ("#1f6feb", "rgba(31, 111, 235, 0.14)", "solid", "circle"),
    ("#d4762c", "rgba(212, 118, 44, 0.16)", "dash", "square"),
    ("#3f8f5f", "rgba(63, 143, 95, 0.14)", "dot", "triangle-up"),
    ("#8a5fbf", "rgba(138, 95, 191, 0.14)", "dashdot", "diamond"),
    ("#9aa7b8", "rgba(154, 167, 184, 0.14)", "longdash", "cross"),
    ("#c2475a", "rgba(194, 71, 90, 0.14)", "longdashdot", "triangle-down"),
)

PICK = "pick"
# No English bar or hints; a double click still brings the whole back.
PLOTLY_CONFIG = {"displayModeBar": False, "showTips": False, "displaylogo": False, "scrollZoom": False}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as the values of a chart: `to_dict("records")` at a quarter of its cost."""
    names = list(frame.columns)
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(frame[name].tolist() for name in names), strict=True)
    ]


def pick(field: str) -> Spec:
    """Return the selection parameter that reports a clicked mark by one of its fields."""
    return {"name": PICK, "select": {"type": "point", "fields": [field], "toggle": False}}


def chart(height: int, values: Sequence[Mapping[Any, Any]], view: Spec) -> Spec:
    """Return the specification of a view of some values; a fixed height keeps the page from jumping.

    The values lie in a layer of their own: Streamlit would turn those at the top into an Arrow table each,
    at several times the cost of the few rows that a chart has.
    """
    return {
        "height": height,
        "width": "container",
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "labelLimit": 140,
            },
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top", "title": None},
            # Between both backgrounds: the library's own black is lost on the dark one.
            "text": {"fontSize": 12, "color": TEXT},
            "view": {"stroke": None},
        },
        "layer": [{"data": {"values": list(values)}} | view],
    }
