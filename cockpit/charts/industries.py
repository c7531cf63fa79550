"""Industries: now against the period before."""

import pandas as pd

from cockpit.charts.theme import ACCENT, Spec, chart, pick, records


def industries(counts: pd.DataFrame, *, unit: str) -> Spec:
    """Draw one bar an industry, largest first, with a tick at the count of the period before.

    `counts` has `code, name, now, previous`. A click reports `code`. Empty input gives an empty chart.
    """
    rows = records(counts[["code", "name", "now", "previous"]])
    rows.sort(key=lambda row: (-row["now"], row["code"]))
    for row in rows:
        row["end"] = max(row["now"], row["previous"])
    # Room for the numbers behind the longest bar, and behind its tick.
    most = 1.15 * max((row["end"] for row in rows), default=1)
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in rows], "title": None}
    tooltip = [
        {"field": "name", "title": "行业"},
        {"field": "now", "format": ",", "title": f"本期（{unit}）"},
        {"field": "previous", "format": ",", "title": f"上期（{unit}）"},
    ]
    view: Spec = {
        "encoding": {"y": y, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "bar", "color": ACCENT, "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "x": {
                        "field": "now",
                        "type": "quantitative",
                        "title": unit,
                        "scale": {"domainMax": most},
                        "axis": {"tickMinStep": 1},
                    }
                },
            },
            # Dark in a light edge: seen on the bar and beside it, by day and by night.
            *(
                {
                    "mark": {"type": "tick", "color": colour, "thickness": thickness},
                    "encoding": {"x": {"field": "previous", "type": "quantitative"}},
                }
                for colour, thickness in (("#ffffff", 5), ("#1b2430", 2))
            ),
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative"},
                    "text": {"field": "now", "format": ","},
                },
            },
        ],
    }
    return chart(320, rows, view)
