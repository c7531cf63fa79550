"""Places by size and rate, with the limits within which chance would leave them."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure, texts
from cockpit.charts.theme import ACCENT, MUTED, SIDES


def funnel(
    points: pd.DataFrame, curves: pd.DataFrame, *, target: float, unit: str, x_title: str
) -> go.Figure:
    """Draw one mark a place, limits of 95 % (dashed) and 99.8 % (solid) around the target.

    `points` has `code, name, events, exposure, value, direction` (±1 what may be claimed), `curves` `exposure,
    low_95, high_95, low_998, high_998`; values and target in `unit`. A point's customdata begins with its code.
    Empty input gives axes alone.
    """
    traces: list[dict[str, Any]] = []
    for name, dash in (("998", "solid"), ("95", "dash")):
        for side in ("low", "high"):
            traces.append(
                {
                    "type": "scatter",
                    "x": curves["exposure"].to_numpy(),
                    "y": curves[f"{side}_{name}"].to_numpy(),
                    "mode": "lines",
                    "line": {"color": MUTED, "width": 1, "dash": dash},
                    "name": f"{'95%' if name == '95' else '99.8%'} 控制限",
                    "legendgroup": name,
                    "showlegend": side == "low",
                    "hoverinfo": "skip",
                }
            )
    if len(curves):
        traces.append(
            {
                "type": "scatter",
                "x": [curves["exposure"].iloc[0], curves["exposure"].iloc[-1]],
                "y": [target, target],
                "mode": "lines",
                "line": {"color": ACCENT, "width": 1.5, "dash": "dot"},
                "name": "总体水平",
                "hoverinfo": "skip",
            }
        )
    for direction in (0, -1, 1):
        part = points[points["direction"] == direction]
        colour, symbol, label = SIDES[direction]
        if len(part):
            traces.append(
                {
                    "type": "scatter",
                    "x": part["exposure"].to_numpy(),
                    "y": part["value"].to_numpy(),
                    "mode": "markers",
                    "marker": {"color": colour, "symbol": symbol, "size": 8 if direction == 0 else 12},
                    "name": label,
                    "customdata": part[["code", "name", "events"]]
                    .assign(name=texts(part["name"]))
                    .to_numpy(object),
                    "hovertemplate": f"%{{customdata[1]}}<br>%{{y:.2f}} {unit}<br>%{{customdata[2]:,}} 件<extra>{label}</extra>",
                }
            )
    return figure(
        380,
        x_title,
        unit,
        traces,
        xaxis={"rangemode": "tozero", "tickformat": ","},
        yaxis={"rangemode": "tozero"},
    )
