"""The frame of a Plotly figure, for charts whose points are compared, zoomed or picked."""

from collections.abc import Iterable
from html import escape

import plotly.graph_objects as go

GRID = "rgba(128, 140, 160, 0.22)"


def figure(height: int, x_title: str | None, y_title: str | None, *, has_legend: bool = True) -> go.Figure:
    """Return an empty figure of a height in pixels; its axes name their units, its numbers have separators."""
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True, "fixedrange": False}
    return go.Figure(
        layout=go.Layout(
            height=height,
            margin={"l": 8, "r": 12, "t": 36 if has_legend else 12, "b": 8},
            showlegend=has_legend,
            legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "title": None},
            separators=".,",
            dragmode="zoom",
            hoverlabel={"align": "left"},
            xaxis={**axis, "title": {"text": x_title}},
            yaxis={**axis, "title": {"text": y_title}, "tickformat": ","},
        )
    )


def texts(names: Iterable[object]) -> list[str]:
    """Return texts from outside so that Plotly, which reads markup, leaves them as they stand."""
    return [escape(str(name)) for name in names]
