"""How many of one cohort have come to each stage, and how many are there now."""

import pandas as pd

from cockpit.charts.theme import ACCENT, TEXT, Spec, chart, records


def reached(rows: pd.DataFrame) -> Spec:
    """Draw one bar a stage in the order given: those beyond it, and those now in it, with the number that came so far.

    `rows` has `label`, `reached_count`, `alert_count` (now in it). Empty input gives an empty chart.
    """
    kinds = ("已越过", "现处此环节")
    values = [
        {
            "label": row["label"],
            "kind": kind,
            "order": order,
            "count": row["alert_count"] if order else row["reached_count"] - row["alert_count"],
            "reached": row["reached_count"],
        }
        for row in records(rows[["label", "reached_count", "alert_count"]])
        for order, kind in enumerate(kinds)
    ]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [row["label"] for row in values[::2]],
        "title": None,
        "axis": {"labelOverlap": False},
    }
    tooltip = [
        {"field": "label", "title": "环节"},
        {"field": "kind", "title": "状态"},
        {"field": "count", "format": ",", "title": "条数"},
        {"field": "reached", "format": ",", "title": "到达或越过"},
    ]
    view: Spec = {
        "layer": [
            {
                "mark": {"type": "bar"},
                "encoding": {
                    "y": y,
                    "x": {"field": "count", "type": "quantitative", "title": "条", "stack": "zero"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(kinds), "range": [ACCENT, "#d9a21b"]},
                        "legend": {"orient": "top", "title": None},
                    },
                    "order": {"field": "order", "type": "quantitative"},
                    "tooltip": tooltip,
                },
            },
            {
                "transform": [{"filter": {"field": "order", "equal": 0}}],
                "mark": {"type": "text", "align": "left", "dx": 4, "color": TEXT},
                "encoding": {
                    "y": y,
                    "x": {"field": "reached", "type": "quantitative"},
                    "text": {"field": "reached", "type": "quantitative", "format": ","},
                },
            },
        ],
    }
    return chart(260, values, view)
