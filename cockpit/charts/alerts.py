"""Alerts: levels within stages, and levels by month."""

import pandas as pd

from cockpit.charts.theme import ALERT_COLOURS, Spec, frame, pick
from cockpit.contract.codes import ALERT_LEVEL, ALERT_STAGE

LEVEL_MARKS = {level: f"▲ {label}" for level, label in ALERT_LEVEL.items()}
COLOUR = {
    "field": "level",
    "type": "nominal",
    "scale": {"domain": list(LEVEL_MARKS.values()), "range": [ALERT_COLOURS[level] for level in LEVEL_MARKS]},
}
ORDER = {"field": "order", "type": "quantitative"}


def _leveled(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(
        level=counts["alert_level"].map(LEVEL_MARKS),
        order=counts["alert_level"].map({level: index for index, level in enumerate(LEVEL_MARKS)}),
    )


def stages(counts: pd.DataFrame) -> Spec:
    """Draw alerts by the stage they stand at, stacked by level.

    `counts` has `stage, alert_level, alert_count`; stages without alerts keep their row. A click reports
    `stage_code`. Empty input gives an empty chart.
    """
    rows = _leveled(counts).assign(stage_code=counts["stage"], stage=counts["stage"].map(ALERT_STAGE))
    values = rows[["stage", "stage_code", "level", "order", "alert_count"]].to_dict("records")
    return frame(230) | {
        "data": {"values": values},
        "mark": {"type": "bar", "cursor": "pointer"},
        "params": [pick("stage_code")],
        "encoding": {
            "y": {
                "field": "stage",
                "type": "nominal",
                "scale": {"domain": list(ALERT_STAGE.values())},
                "axis": {"labelOverlap": False},
                "title": None,
            },
            "x": {"field": "alert_count", "type": "quantitative", "title": "条"},
            "color": COLOUR,
            "order": ORDER,
            "tooltip": [
                {"field": "stage", "title": "环节"},
                {"field": "level", "title": "等级"},
                {"field": "alert_count", "format": ",", "title": "预警（条）"},
            ],
        },
    }


def months(counts: pd.DataFrame) -> Spec:
    """Draw alerts by month of raising, stacked by level.

    `counts` has `month, alert_level, alert_count`. Empty input gives an empty chart.
    """
    rows = _leveled(counts).assign(month=pd.to_datetime(counts["month"]).dt.strftime("%Y-%m-%d"))
    values = rows[["month", "level", "order", "alert_count"]].to_dict("records")
    return frame(230) | {
        "data": {"values": values},
        "mark": {"type": "bar", "width": {"band": 0.75}},
        "encoding": {
            "x": {
                "field": "month",
                "type": "temporal",
                "timeUnit": "yearmonth",
                "title": None,
                "axis": {"format": "%Y-%m", "labelAngle": 0, "labelOverlap": True, "grid": False},
            },
            "y": {"field": "alert_count", "type": "quantitative", "title": "条", "axis": {"tickCount": 5}},
            "color": COLOUR,
            "order": ORDER,
            "tooltip": [
                {"field": "month", "type": "temporal", "format": "%Y-%m", "title": "月份"},
                {"field": "level", "title": "等级"},
                {"field": "alert_count", "format": ",", "title": "预警（条）"},
            ],
        },
    }
