"""Counts over time beside what was to be expected of them."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure
from cockpit.charts.theme import ACCENT, HIGH, MUTED


def band(windows: pd.DataFrame, *, unit: str, chosen: tuple[str, str], height: int = 360) -> go.Figure:
    """Draw a count by month as a line, the range from expected to the 99 % bound as a band, exceedances as diamonds.

    `windows` has `start` (first days), `count`, `expected`, `upper` (missing where not judged), `is_exceeded`; months
    from the first to the last of `chosen` (first days, ISO) lie on shaded ground. Empty input gives axes alone.
    """
    drawn = figure(height, None, unit)
    months = pd.to_datetime(windows["start"]).dt.strftime("%Y-%m-%d")
    known = windows["expected"].notna().to_numpy()
    hover = {"hovertemplate": "%{y:,.0f}"}
    drawn.add_scatter(
        x=months[known].tolist(),
        y=windows["expected"][known].tolist(),
        mode="lines",
        line={"color": MUTED, "width": 1.5, "dash": "dash"},
        name="预期件数",
        **hover,
    )
    drawn.add_scatter(
        x=months[known].tolist(),
        y=windows["upper"][known].tolist(),
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor="rgba(154, 167, 184, 0.28)",
        name="预期上限（99%）",
        **hover,
    )
    drawn.add_scatter(
        x=months.tolist(),
        y=windows["count"].tolist(),
        mode="lines+markers",
        line={"color": ACCENT, "width": 2},
        marker={"size": 5},
        name="实际件数",
        **hover,
    )
    over = windows["is_exceeded"].astype(bool).to_numpy()
    if over.any():
        drawn.add_scatter(
            x=months[over].tolist(),
            y=windows["count"][over].tolist(),
            mode="markers",
            marker={"color": HIGH, "symbol": "diamond", "size": 12},
            name="异常升高",
            hoverinfo="skip",
        )
    if len(windows):
        # Half a month to either side, so that a single month is seen too.
        low, high = (pd.Timestamp(day) for day in chosen)
        drawn.layout.shapes = [
            {
                "type": "rect",
                "x0": f"{low - pd.Timedelta(15, 'D'):%Y-%m-%d}",
                "x1": f"{high + pd.Timedelta(15, 'D'):%Y-%m-%d}",
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "fillcolor": "rgba(31, 111, 235, 0.07)",
                "line": {"width": 0},
                "layer": "below",
            }
        ]
    drawn.update_layout(hovermode="x unified")
    drawn.update_xaxes(tickformat="%Y-%m", hoverformat="%Y-%m", type="date")
    drawn.update_yaxes(rangemode="tozero")
    return drawn
