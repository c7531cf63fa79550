"""Parts in order of their count, with the share they make up together."""

import pandas as pd

from cockpit.charts.theme import ACCENT, Spec, chart, pick, records


def pareto(parts: pd.DataFrame, *, unit: str, height: int = 380) -> Spec:
    """Draw one bar a part, largest first, those that together first make 80 % dark, the sum of shares behind each.

    `parts` has `code, name, count, share, cumulative, is_vital`, in order. A click reports `code`. Empty input
    gives an empty chart.
    """
    values = [
        {
            **row,
            "kind": "合计达八成的主要部分" if row["is_vital"] else "其余",
            "text": f"{row['count']:,.0f}（累计 {100 * row['cumulative']:.0f}%）" if row["count"] else "0",
        }
        for row in records(parts[["code", "name", "count", "share", "cumulative", "is_vital"]])
    ]
    most = 1.35 * max((row["count"] for row in values), default=1)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in values],
        "title": None,
        "axis": {"labelOverlap": False},
    }
    x = {"field": "count", "type": "quantitative", "title": unit, "axis": {"tickMinStep": 1}}
    view: Spec = {
        "encoding": {
            "y": y,
            "tooltip": [
                {"field": "name", "title": "名称"},
                {"field": "count", "type": "quantitative", "format": ",", "title": f"数量（{unit}）"},
                {"field": "share", "type": "quantitative", "format": ".1%", "title": "占比"},
                {"field": "cumulative", "type": "quantitative", "format": ".1%", "title": "累计占比"},
            ],
        },
        "layer": [
            {
                "mark": {"type": "bar", "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "x": {**x, "scale": {"domainMax": most}},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": ["合计达八成的主要部分", "其余"], "range": [ACCENT, "#b9cdea"]},
                        "legend": {"orient": "top", "title": None},
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": x, "text": {"field": "text"}},
            },
        ],
    }
    return chart(height, values, view)
