"""Days of a period as a calendar, weeks across, weekdays down."""

import pandas as pd

from cockpit.charts.theme import SEQUENCE, Spec, chart

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def calendar(days: pd.DataFrame, *, unit: str, height: int = 230) -> Spec:
    """Draw one square a day, shaded by its count; a week stands under the day it begins on, its Monday.

    `days` has `day, count`. Empty input gives an empty chart.
    """
    day = pd.to_datetime(days["day"])
    monday = day - pd.to_timedelta(day.dt.weekday, "D")
    values = [
        {"day": one, "week": week, "weekday": WEEKDAYS[weekday], "count": count}
        for one, week, weekday, count in zip(
            day.dt.strftime("%Y-%m-%d"),
            monday.dt.strftime("%Y-%m-%d"),
            day.dt.weekday,
            days["count"].tolist(),
            strict=True,
        )
    ]
    weeks = sorted({row["week"] for row in values})
    # The first week that begins in a month carries its name.
    named = [week for before, week in zip(["", *weeks], weeks, strict=False) if week[:7] != before[:7]]
    view: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2, "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "title": None,
                "axis": {
                    "values": named,
                    "labelExpr": "slice(datum.value, 0, 7)",
                    "labelAngle": 0,
                    "labelOverlap": True,
                    "ticks": False,
                    "domain": False,
                },
            },
            "y": {
                "field": "weekday",
                "type": "ordinal",
                "sort": list(WEEKDAYS),
                "title": None,
                "axis": {"ticks": False, "domain": False, "labelOverlap": False},
            },
            "color": {
                "field": "count",
                "type": "quantitative",
                "scale": {"range": SEQUENCE},
                "legend": {"orient": "bottom", "title": unit, "gradientLength": 220, "tickMinStep": 1}
                if values
                else None,
            },
            "tooltip": [
                {"field": "day", "title": "日期"},
                {"field": "weekday", "title": "星期"},
                {"field": "count", "type": "quantitative", "format": ",", "title": f"件数（{unit}）"},
            ],
        },
    }
    return chart(height, values, view)
