"""A monthly series taken apart: what lasts, what returns every year, what is left."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import AXIS, MONTHS, figure
from cockpit.charts.theme import ACCENT, MUTED

ROWS = (("趋势", (0.68, 1.0)), ("季节", (0.34, 0.62)), ("其余", (0.0, 0.28)))


def decomposition(parts: pd.DataFrame, *, unit: str, height: int = 380) -> go.Figure:
    """Draw the counts with their trend, below it the season, below it the rest, over one axis of months.

    `parts` is indexed by month and has `count, trend, season, rest`. Empty input gives axes alone.
    """
    months = pd.DatetimeIndex(parts.index).strftime("%Y-%m-%d").tolist()
    line = {"type": "scatter", "mode": "lines", "x": months}
    traces = [
        {
            **line,
            "y": parts["count"].tolist(),
            "line": {"color": MUTED, "width": 1},
            "name": "实际件数",
            "hovertemplate": "%{y:,.0f}",
        },
        {
            **line,
            "y": parts["trend"].tolist(),
            "line": {"color": ACCENT, "width": 2.5},
            "name": "趋势",
            "hovertemplate": "%{y:,.1f}",
        },
        {
            **line,
            "y": parts["season"].tolist(),
            "yaxis": "y2",
            "line": {"color": "#3b8f6b", "width": 2},
            "name": "季节",
            "hovertemplate": "%{y:+,.1f}",
        },
        {
            "type": "bar",
            "x": months,
            "y": parts["rest"].tolist(),
            "yaxis": "y3",
            "marker": {"color": "#8a63c7"},
            "name": "其余",
            "hovertemplate": "%{y:+,.1f}",
        },
    ]
    first, second, third = (
        {**AXIS, "tickformat": ",", "domain": domain, "title": {"text": f"{name}（{unit}）"}, "nticks": 4}
        for name, domain in ROWS
    )
    return figure(
        height,
        None,
        None,
        traces,
        xaxis={**MONTHS, "anchor": "y3"},
        yaxis=first,
        yaxis2=second,
        yaxis3=third,
        hovermode="x unified",
        hoversubplots="axis",
    )
