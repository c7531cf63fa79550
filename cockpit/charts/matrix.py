"""Places by industries: where an industry has more of the complaints than elsewhere."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure, texts

SCALE = [[0, "#2a7d9c"], [0.25, "#a5cdda"], [0.5, "#eef1f5"], [0.75, "#eab3bc"], [1, "#c2475a"]]
ENDS = (0.25, 4.0)
MARKS = {1: " ▲", -1: " ▼", 0: ""}
CARRIED = ("region", "industry", "own", "no_industry")


def matrix(cells: pd.DataFrame, places: Sequence[str], industries: Sequence[str]) -> go.Figure:
    """Draw one square a cell, its count in it, marked ▲ or ▼ where it is more or less than chance leaves.

    `cells` has `place_name, industry_name, count, quotient, low, high, direction` and the CARRIED texts, with which a
    point's customdata begins; `places` and `industries` are the names in the order shown, from the top and the left.
    Of a cell without complaints the first is empty: it stands for nothing to open. Empty input gives axes alone.
    """
    drawn = figure(70 + 34 * max(1, len(places)), None, None, has_legend=False)
    x, y = texts(cells["industry_name"]), texts(cells["place_name"])
    drawn.add_heatmap(
        x=x,
        y=y,
        z=np.log2(cells["quotient"].astype(float).clip(*ENDS)).tolist(),
        zmin=-2,
        zmax=2,
        xgap=2,
        ygap=2,
        colorscale=SCALE,
        hoverinfo="skip",
        colorbar={
            "title": {"text": "区位商", "side": "top"},
            "tickvals": [-2, -1, 0, 1, 2],
            "ticktext": ["≤0.25", "0.5", "1", "2", "≥4"],
            "thickness": 12,
        },
    )
    # A heat map tells of no clicks: squares over it do.
    drawn.add_scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=[
            f"{count:,.0f}{MARKS[side]}"
            for count, side in zip(cells["count"], cells["direction"].tolist(), strict=True)
        ],
        textfont={"size": 12, "color": "#1b2430"},
        marker={"symbol": "square", "size": 30, "color": "rgba(0, 0, 0, 0)", "line": {"width": 0}},
        customdata=[
            [
                *(row[name] if row["count"] or name != CARRIED[0] else "" for name in CARRIED),
                place,
                industry,
                f"{row['count']:,.0f}",
                _written(row["quotient"]),
                f"{_written(row['low'])}–{_written(row['high'])}",
            ]
            for row, place, industry in zip(cells.to_dict("records"), y, x, strict=True)
        ],
        hovertemplate=(
            "%{customdata[4]} · %{customdata[5]}<br>%{customdata[6]} 件"
            "<br>区位商 %{customdata[7]}（95% 区间 %{customdata[8]}）<extra></extra>"
        ),
        showlegend=False,
    )
    ordered = {"categoryorder": "array", "showgrid": False, "fixedrange": True}
    drawn.update_xaxes(side="top", categoryarray=texts(industries), **ordered)
    drawn.update_yaxes(autorange="reversed", categoryarray=texts(places), **ordered)
    return drawn


def _written(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.2f}"
