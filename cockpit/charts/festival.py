"""Years laid over each other by days from Spring Festival."""

from math import isnan

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure
from cockpit.charts.theme import ACCENT

EARLIER = (("#5a7184", "dash"), ("#b8962e", "dot"), ("#8a63c7", "dashdot"), ("#3b8f6b", "longdash"))
TICKS = {
    -30: "前 30 天",
    -15: "前 15 天",
    0: "初一",
    15: "后 15 天",
    30: "后 30 天",
    45: "后 45 天",
    60: "后 60 天",
}


def festival(aligned: pd.DataFrame, *, unit: str, height: int = 360) -> go.Figure:
    """Draw one line a lunar new year, the latest bold, over days from New Year's Day.

    `aligned` is indexed by day from New Year's Day (negative before), its columns are years. A frame without
    columns gives axes alone.
    """
    traces = []
    for number, year in enumerate(sorted(aligned.columns, reverse=True)):
        colour, dash = (ACCENT, "solid") if number == 0 else EARLIER[(number - 1) % len(EARLIER)]
        traces.append(
            {
                "type": "scatter",
                "x": aligned.index.tolist(),
                "y": [None if isnan(count) else count for count in aligned[year].tolist()],
                "mode": "lines",
                "line": {"color": colour, "dash": dash, "width": 2.5 if number == 0 else 1.5},
                "name": f"{year} 年",
                "hovertemplate": "%{y:,.1f}",
            }
        )
    new_year = {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "#c2475a", "width": 1, "dash": "dot"},
    }
    return figure(
        height,
        "距春节（正月初一）天数",
        unit,
        traces,
        xaxis={"tickvals": list(TICKS), "ticktext": list(TICKS.values()), "hoverformat": "+d"},
        yaxis={"rangemode": "tozero"},
        shapes=[new_year] if traces else [],
        hovermode="x unified",
    )
