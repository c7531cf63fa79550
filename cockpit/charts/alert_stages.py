"""Alerts: levels within stages."""

import pandas as pd

from cockpit.charts.theme import ALERT_COLOURS, Spec, chart
from cockpit.contract.codes import ALERT_LEVEL, ALERT_STAGE

LEVEL_MARKS = {level: f"▲ {label}" for level, label in ALERT_LEVEL.items()}
COLOUR = {
    "field": "level",
    "type": "nominal",
    "scale": {"domain": list(LEVEL_MARKS.values()), "range": [ALERT_COLOURS[level] for level in LEVEL_MARKS]},
}
ORDER = {"field": "order", "type": "quantitative"}


def alert_stages(counts: pd.DataFrame) -> Spec:
    """Draw alerts by the stage they stand at, stacked by level.

    `counts` has `stage, alert_level, alert_count`; stages without alerts keep their row.
    Empty input gives an empty chart.
    """
    order = list(LEVEL_MARKS)
    values = [
        {
            "stage": ALERT_STAGE[stage],
            "level": LEVEL_MARKS[level],
            "order": order.index(level),
            "alert_count": count,
        }
        for stage, level, count in zip(
            counts["stage"], counts["alert_level"], counts["alert_count"].tolist(), strict=True
        )
    ]
    view: Spec = {
        "mark": "bar",
        "encoding": {
            "y": {
                "field": "stage",
                "type": "nominal",
                "scale": {"domain": list(ALERT_STAGE.values())},
                "axis": {"labelOverlap": False},
                "title": None,
            },
            "x": {"field": "alert_count", "type": "quantitative", "title": "条", "axis": {"tickMinStep": 1}},
            "color": COLOUR,
            "order": ORDER,
            "tooltip": [
                {"field": "stage", "title": "环节"},
                {"field": "level", "title": "等级"},
                {"field": "alert_count", "format": ",", "title": "预警（条）"},
            ],
        },
    }
    return chart(230, values, view)
