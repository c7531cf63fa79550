"""Topics by how widely they occur and how often they come back."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.charts.figure import figure, texts
from cockpit.charts.theme import HIGH, LOW, MUTED, USUAL

# By whether widespread and whether recurring; told by the shape of the mark and the words too.
KINDS = {
    (True, True): ("普遍且反复", HIGH, "diamond"),
    (False, True): ("局部反复", "#d4762c", "triangle-up"),
    (True, False): ("普遍发生", LOW, "square"),
    (False, False): ("个别发生", USUAL, "circle"),
}
NAMED_MAX = 8
# Room for a name, as shares of the chart.
NAME_WIDTH, NAME_HEIGHT = 0.2, 0.1


def kind(topics: pd.DataFrame, prevalence: float, repeat_share: float) -> list[str]:
    """Return the quadrant of each topic in words, the edges counted as widespread and as recurring."""
    wide, back = topics["prevalence"] >= prevalence, topics["repeat_share"] >= repeat_share
    return [KINDS[bool(one), bool(other)][0] for one, other in zip(wide, back, strict=True)]


def quadrant(topics: pd.DataFrame, *, prevalence: float, repeat_share: float) -> go.Figure:
    """Draw one mark a topic, its area by complaints, with lines at what is widespread and at what is recurring.

    `topics` has `industry, linked` (industry and category as an address has them), `name`, its short `label`, `complaint_count, repeat_count,
    place_count, prevalence, repeat_share` (of 1); the lines are of 1 too. Empty input gives axes alone.
    """
    edge = {"type": "line", "line": {"color": MUTED, "width": 1, "dash": "dash"}}
    wide, back = 100 * prevalence, 100 * repeat_share
    edges = [
        {**edge, "x0": wide, "x1": wide, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"},
        {**edge, "x0": 0, "x1": 1, "xref": "x domain", "y0": back, "y1": back, "yref": "y"},
    ]
    traces: list[dict[str, Any]] = []
    kinds = np.array(kind(topics, prevalence, repeat_share))
    most = max(1, topics["complaint_count"].max() if len(topics) else 1)
    named = _named(topics)
    for label, colour, symbol in KINDS.values():
        part = topics[kinds == label] if len(topics) else topics
        if not len(part):
            continue
        names = texts(part["name"])
        traces.append(
            {
                "type": "scatter",
                "x": (100 * part["prevalence"]).tolist(),
                "y": (100 * part["repeat_share"]).tolist(),
                "mode": "markers+text",
                "text": [
                    name if at in named else ""
                    for at, name in zip(part.index, texts(part["label"]), strict=True)
                ],
                "textposition": "top center",
                "textfont": {"size": 11},
                "cliponaxis": False,
                "marker": {
                    "color": colour,
                    "symbol": symbol,
                    "size": (7 + 17 * np.sqrt(part["complaint_count"] / most)).tolist(),
                    "line": {"color": "rgba(255, 255, 255, 0.8)", "width": 1},
                    "opacity": 0.85,
                },
                "name": label,
                "customdata": list(
                    zip(
                        part["industry"],
                        part["linked"],
                        names,
                        part["complaint_count"].tolist(),
                        part["repeat_count"].tolist(),
                        part["place_count"].tolist(),
                        strict=True,
                    )
                ),
                "hovertemplate": (
                    "%{customdata[2]}<br>%{customdata[3]:,} 件，涉及 %{customdata[5]:,} 个地方，普遍率 %{x:.1f}%"
                    f"<br>再次反映 %{{customdata[4]:,}} 件，反复率 %{{y:.1f}}%<extra>{label}</extra>"
                ),
            }
        )
    return figure(
        400,
        "普遍率：有此类投诉的村占比（%）",
        "反复率：办结后再次反映的占比（%）",
        traces,
        shapes=edges,
        legend_itemsizing="constant",
    )


def _named(topics: pd.DataFrame) -> set[object]:
    """Return the topics whose names are written: the largest, as far as one does not cover another."""
    at = topics[["prevalence", "repeat_share"]].to_numpy(float)
    room = np.maximum(np.ptp(at, axis=0), 1e-11) if len(at) else 1.0
    kept: list[int] = []
    for one in np.argsort(-topics["complaint_count"].to_numpy(float), kind="stable").tolist():
        apart = np.abs(at[kept] - at[one]) / room
        if not (apart < (NAME_WIDTH, NAME_HEIGHT)).all(axis=1).any():
            kept.append(one)
        if len(kept) == NAMED_MAX:
            break
    return set(topics.index[kept])
