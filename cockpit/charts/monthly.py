"""Months: one count a month beside the same month of the year before."""

import pandas as pd

from cockpit.charts.theme import ACCENT, MUTED, Spec, chart


def monthly(counts_: pd.DataFrame, *, value: str, label: str, unit: str, start: str, end: str) -> Spec:
    """Draw a count by month as bars, with the year before as a dashed line.

    `counts_` has `month` (first day) and `value` for consecutive months; months from `start` to `end`
    (first days, ISO) belong to the chosen period and stand out. The year before comes from the same frame,
    so months without one show none. Empty input gives an empty chart.
    """
    months = [f"{month:%Y-%m-%d}" for month in counts_["month"].tolist()]
    counts = dict(zip(months, counts_[value].astype(float).tolist(), strict=True))
    rows = [
        {
            "month": month,
            "now": count,
            "before": counts.get(f"{int(month[:4]) - 1}{month[4:]}"),
            "chosen": start <= month <= end,
        }
        for month, count in counts.items()
    ]
    x = {
        "field": "month",
        "type": "temporal",
        "timeUnit": "yearmonth",
        "title": None,
        "axis": {"format": "%Y-%m", "labelAngle": 0, "labelOverlap": True, "grid": False},
    }
    tooltip = [
        {"field": "month", "type": "temporal", "format": "%Y-%m", "title": "月份"},
        {"field": "now", "format": ",", "title": f"{label}（{unit}）"},
        {"field": "before", "format": ",", "title": f"上年同月（{unit}）"},
    ]
    view: Spec = {
        "encoding": {"x": x, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.75}},
                "encoding": {
                    "y": {
                        "field": "now",
                        "type": "quantitative",
                        "title": unit,
                        "axis": {"tickCount": 5, "tickMinStep": 1},
                    },
                    "color": {
                        "field": "chosen",
                        "type": "nominal",
                        "scale": {"domain": [True, False], "range": [ACCENT, "#b9cdea"]},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "line", "strokeDash": [4, 3], "color": MUTED, "strokeWidth": 2},
                "encoding": {"y": {"field": "before", "type": "quantitative"}},
            },
        ],
    }
    return chart(230, rows, view)
