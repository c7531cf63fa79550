"""How long complaints stay in each stage."""

import pandas as pd

from cockpit.charts.theme import ACCENT, MUTED, Spec, chart, records


def dwell(stages: pd.DataFrame) -> Spec:
    """Draw a bar to the median days and a tick at the day by which nine tenths have gone on, one row a stage.

    `stages` has `stage` (its words), `visits, median, p90` (missing where less than that share has gone on so far),
    in order. Empty input gives an empty chart.
    """
    rows = [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in records(stages[["stage", "visits", "median", "p90"]])
    ]
    order = [row["stage"] for row in rows]
    view: Spec = {
        "encoding": {
            "y": {
                "field": "stage",
                "type": "nominal",
                "sort": order,
                "scale": {"domain": order},
                "axis": {"labelOverlap": False},
                "title": None,
            },
            "tooltip": [
                {"field": "stage", "title": "环节"},
                {"field": "visits", "format": ",", "title": "次数"},
                {"field": "median", "type": "quantitative", "format": ".0f", "title": "半数在几天内离开"},
                {"field": "p90", "type": "quantitative", "format": ".0f", "title": "九成在几天内离开"},
            ],
        },
        "layer": [
            {
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "median", "type": "quantitative"},
                    "x2": {"field": "p90"},
                },
            },
            {
                "mark": {"type": "bar", "color": ACCENT},
                "encoding": {"x": {"field": "median", "type": "quantitative", "title": "停留天数（天）"}},
            },
            {
                "mark": {"type": "tick", "color": "#d4762c", "thickness": 3},
                "encoding": {"x": {"field": "p90", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {
                    "x": {"field": "p90", "type": "quantitative"},
                    "text": {"field": "p90", "type": "quantitative", "format": ".0f"},
                },
            },
        ],
    }
    return chart(260, rows, view)
