"""A monthly series taken apart: what lasts, what returns every year, what is left."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure
from cockpit.charts.theme import ACCENT, MUTED

ROWS = (("趋势", (0.68, 1.0)), ("季节", (0.34, 0.62)), ("其余", (0.0, 0.28)))


def decomposition(parts: pd.DataFrame, *, unit: str, height: int = 380) -> go.Figure:
    """Draw the counts with their trend, below it the season, below it the rest, over one axis of months.

    `parts` is indexed by month and has `count, trend, season, rest`. Empty input gives axes alone.
    """
    drawn = figure(height, None, None)
    months = pd.DatetimeIndex(parts.index).strftime("%Y-%m-%d").tolist()
    drawn.add_scatter(
        x=months,
        y=parts["count"].tolist(),
        mode="lines",
        line={"color": MUTED, "width": 1},
        name="实际件数",
        hovertemplate="%{y:,.0f}",
    )
    drawn.add_scatter(
        x=months,
        y=parts["trend"].tolist(),
        mode="lines",
        line={"color": ACCENT, "width": 2.5},
        name="趋势",
        hovertemplate="%{y:,.1f}",
    )
    drawn.add_scatter(
        x=months,
        y=parts["season"].tolist(),
        yaxis="y2",
        mode="lines",
        line={"color": "#3b8f6b", "width": 2},
        name="季节",
        hovertemplate="%{y:+,.1f}",
    )
    drawn.add_bar(
        x=months,
        y=parts["rest"].tolist(),
        yaxis="y3",
        marker={"color": "#8a63c7"},
        name="其余",
        hovertemplate="%{y:+,.1f}",
    )
    axis = drawn.layout.yaxis.to_plotly_json()
    for number, (name, domain) in enumerate(ROWS, start=1):
        settings = {**axis, "domain": domain, "title": {"text": f"{name}（{unit}）"}, "nticks": 4}
        drawn.update_layout({f"yaxis{number if number > 1 else ''}": settings})
    drawn.update_layout(hovermode="x unified", hoversubplots="axis")
    drawn.update_xaxes(tickformat="%Y-%m", hoverformat="%Y-%m", type="date", anchor="y3")
    return drawn
