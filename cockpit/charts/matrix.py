"""Places by industries: where an industry has more of the complaints than elsewhere."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure, texts

SCALE = [[0, "#2a7d9c"], [0.25, "#a5cdda"], [0.5, "#eef1f5"], [0.75, "#eab3bc"], [1, "#c2475a"]]
ENDS = (0.25, 4.0)
MARKS = {1: " ▲", -1: " ▼", 0: ""}


def matrix(cells: pd.DataFrame, places: Sequence[str], industries: Sequence[str]) -> go.Figure:
    """Draw one square a cell, its count in it, marked ▲ or ▼ where it is more or less than chance leaves.

    `cells` has `place, place_name, industry, industry_name, count, quotient, low, high, direction`; `places` and
    `industries` are the names in the order shown, from the top and the left. A point's customdata begins with the codes of
    place and industry, both empty for a cell without complaints. Empty input gives axes alone.
    """
    drawn = figure(90 + 30 * max(1, len(places)), None, None, has_legend=False)
    value = np.log2(cells["quotient"].to_numpy(float).clip(*ENDS))
    empty = cells["count"].to_numpy(float) == 0
    customdata = [
        ["" if none else place, "" if none else industry, *rest]
        for none, place, industry, *rest in zip(
            empty,
            cells["place"],
            cells["industry"],
            texts(cells["place_name"]),
            texts(cells["industry_name"]),
            cells["count"].tolist(),
            [_written(one) for one in cells["quotient"]],
            [
                f"{_written(low)}–{_written(high)}"
                for low, high in zip(cells["low"], cells["high"], strict=True)
            ],
            strict=True,
        )
    ]
    drawn.add_scatter(
        x=texts(cells["industry_name"]),
        y=texts(cells["place_name"]),
        mode="markers+text",
        text=[
            f"{count:,.0f}{MARKS[side]}"
            for count, side in zip(cells["count"], cells["direction"].tolist(), strict=True)
        ],
        textfont={"size": 11, "color": "#1b2430"},
        marker={
            "symbol": "square",
            "size": 27,
            "color": np.nan_to_num(value).tolist(),
            "cmin": -2,
            "cmax": 2,
            "colorscale": SCALE,
            "line": {"width": 0},
            "colorbar": {
                "title": {"text": "区位商", "side": "top"},
                "tickvals": [-2, -1, 0, 1, 2],
                "ticktext": ["≤0.25", "0.5", "1", "2", "≥4"],
                "thickness": 12,
                "len": 0.9,
            },
        },
        customdata=customdata,
        hovertemplate=(
            "%{customdata[2]} · %{customdata[3]}<br>%{customdata[4]:,} 件"
            "<br>区位商 %{customdata[5]}（95% 区间 %{customdata[6]}）<extra></extra>"
        ),
    )
    drawn.update_xaxes(
        side="top", categoryorder="array", categoryarray=texts(industries), showgrid=False, fixedrange=True
    )
    drawn.update_yaxes(
        autorange="reversed",
        categoryorder="array",
        categoryarray=texts(places),
        showgrid=False,
        fixedrange=True,
    )
    return drawn


def _written(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.2f}"
