"""Who worked on which day: days across, persons down, cadres marked."""

import pandas as pd

from cockpit.charts.theme import ACCENT, Spec, chart

CADRE = "#c2475a"
ROW_HEIGHT = 22


def person_days(days: pd.DataFrame) -> Spec:
    """Draw one mark a person and day, a diamond for a cadre, a square for others, its pay in the card.

    `days` has `person`, `day, pay` and `is_cadre`; persons stand in the order in which they come.
    Empty input gives an empty chart.
    """
    values = [
        {
            "label": label,
            "day": f"{day:%Y-%m-%d}",
            "pay": None if pd.isna(pay) else pay,
            "kind": "村干部" if cadre else "其他人员",
        }
        for label, day, pay, cadre in zip(
            days["person"], pd.to_datetime(days["day"]), days["pay"], days["is_cadre"].eq(True), strict=True
        )
    ]
    labels = list(dict.fromkeys(value["label"] for value in values))
    kinds = {"domain": ["其他人员", "村干部"]}
    view: Spec = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.9},
        "encoding": {
            "x": {
                "field": "day",
                "type": "temporal",
                "title": None,
                "axis": {"format": "%Y-%m", "tickCount": "month", "labelAngle": 0, "labelOverlap": "greedy"},
            },
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": labels,
                "title": None,
                "axis": {"labelOverlap": False, "grid": True},
            },
            "shape": {"field": "kind", "type": "nominal", "scale": kinds | {"range": ["square", "diamond"]}},
            "color": {"field": "kind", "type": "nominal", "scale": kinds | {"range": [ACCENT, CADRE]}},
            "tooltip": [
                {"field": "label", "title": "人员"},
                {"field": "kind", "title": "类别"},
                {"field": "day", "type": "temporal", "format": "%Y-%m-%d", "title": "日期"},
                {"field": "pay", "type": "quantitative", "format": ",.2f", "title": "报酬（元）"},
            ],
        },
    }
    return chart(90 + ROW_HEIGHT * max(1, len(labels)), values, view)
