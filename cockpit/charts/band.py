"""Counts over time beside what was to be expected of them."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import MONTHS, figure
from cockpit.charts.theme import ACCENT, HIGH, MUTED


def band(windows: pd.DataFrame, *, unit: str, chosen: tuple[str, str], height: int = 360) -> go.Figure:
    """Draw a count by month as a line, the range from expected to the 99 % bound as a band, exceedances as diamonds.

    `windows` has `start` (first days), `count`, `expected`, `upper` (missing where not judged), `is_exceeded`; months
    from the first to the last of `chosen` (first days, ISO) lie on shaded ground. A click reports the first and the
    last day of its month. Empty input gives axes alone.
    """
    start = pd.to_datetime(windows["start"])
    months, ends = (days.dt.strftime("%Y-%m-%d") for days in (start, start + pd.offsets.MonthEnd(0)))
    line = {"type": "scatter", "mode": "lines", "hovertemplate": "%{y:,.0f}"}
    known, over = windows["expected"].notna(), windows["is_exceeded"].astype(bool)
    traces = [
        {
            **line,
            "x": months[known].tolist(),
            "y": windows["expected"][known].tolist(),
            "line": {"color": MUTED, "width": 1.5, "dash": "dash"},
            "name": "预期件数",
        },
        {
            **line,
            "x": months[known].tolist(),
            "y": windows["upper"][known].tolist(),
            "line": {"width": 0},
            "fill": "tonexty",
            "fillcolor": "rgba(154, 167, 184, 0.28)",
            "name": "预期上限（99%）",
        },
        {
            **line,
            "x": months.tolist(),
            "y": windows["count"].tolist(),
            "customdata": list(zip(months, ends, strict=True)),
            "mode": "lines+markers",
            "line": {"color": ACCENT, "width": 2},
            "marker": {"size": 5},
            "name": "实际件数",
        },
    ]
    if over.any():
        traces.append(
            {
                "type": "scatter",
                "x": months[over].tolist(),
                "y": windows["count"][over].tolist(),
                "customdata": list(zip(months[over], ends[over], strict=True)),
                "mode": "markers",
                "marker": {"color": HIGH, "symbol": "diamond", "size": 12},
                "name": "异常升高",
                "hoverinfo": "skip",
            }
        )
    # Half a month to either side, so that a single month is seen too.
    low, high = (pd.Timestamp(day) for day in chosen)
    ground = {
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
    return figure(
        height,
        None,
        unit,
        traces,
        xaxis=MONTHS,
        yaxis={"rangemode": "tozero"},
        shapes=[ground] if len(windows) else [],
        hovermode="x unified",
    )
