"""Shares that have not ended, or have come back, by days; what is still open counted as long as it was watched."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure, texts
from cockpit.charts.theme import SERIES

BANDS_MAX = 2


def survival(curves: pd.DataFrame, *, x_title: str, y_title: str, has_come: bool = False) -> go.Figure:
    """Draw one step line a group, each with its own dash; bands of 95 % where there are at most two.

    `curves` has `group, day, share, low, high`, groups in the order given, days ascending in each, shares of 1 that
    have not ended yet. `has_come` draws 1 − share, rising, in their place. Empty input gives axes alone.
    """
    traces: list[dict[str, Any]] = []
    groups = list(curves.groupby("group", sort=False))
    for (name, curve), (colour, fill, dash, _) in zip(groups, SERIES, strict=False):
        days = [0, *curve["day"].tolist()]
        share, low, high = (
            [100 * (1 - one if has_come else one) for one in [1.0, *curve[column].tolist()]]
            for column in ("share", "low", "high")
        )
        label = texts([name])[0]
        if len(groups) <= BANDS_MAX:
            for side in (low, high):
                traces.append(
                    {
                        "type": "scatter",
                        "x": days,
                        "y": side,
                        "mode": "lines",
                        "line": {"width": 0, "shape": "hv"},
                        "fill": "tonexty" if side is high else None,
                        "fillcolor": fill,
                        "legendgroup": label,
                        "showlegend": False,
                        "hoverinfo": "skip",
                    }
                )
        traces.append(
            {
                "type": "scatter",
                "x": days,
                "y": share,
                "mode": "lines",
                "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
                "name": label,
                "legendgroup": label,
                "hovertemplate": "%{y:.1f}%",
            }
        )
    return figure(
        340,
        x_title,
        y_title,
        traces,
        has_legend=len(groups) > 1,
        xaxis={"rangemode": "tozero"},
        yaxis={"rangemode": "tozero", "range": None if has_come else [0, 101]},
        hovermode="x unified",
    )
