"""Days of a period as a calendar, weeks across, weekdays down."""

import pandas as pd

from cockpit.charts.theme import SEQUENCE, Spec, chart, pick

WEEKS_APART = 3
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def calendar(days: pd.DataFrame, *, unit: str, height: int = 230) -> Spec:
    """Draw one square a day, shaded by its count; a week stands under the day it begins on, its Monday.

    `days` has `day, count`. A click reports `day`. Empty input gives an empty chart.
    """
    day = pd.to_datetime(days["day"])
    monday = day - pd.to_timedelta(day.dt.day_of_week, "D")
    values = [
        {"day": one, "week": week, "weekday": WEEKDAYS[weekday], "count": count}
        for one, week, weekday, count in zip(
            day.dt.strftime("%Y-%m-%d"),
            monday.dt.strftime("%Y-%m-%d"),
            day.dt.day_of_week,
            days["count"].tolist(),
            strict=True,
        )
    ]
    weeks = sorted({row["week"] for row in values})
    # The first week that begins in a month carries its name; at the edge only where there is room for it.
    named = [week for before, week in zip(["", *weeks], weeks, strict=False) if week[:7] != before[:7]]
    if len(named) > 1 and weeks.index(named[1]) < WEEKS_APART:
        named = named[1:]
    view: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2, "stroke": "white", "strokeWidth": 1, "cursor": "pointer"},
        "params": [pick("day")],
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "title": None,
                "axis": {
                    "values": named,
                    "labelExpr": "slice(datum.value, 0, 7)",
                    "labelAngle": 0,
                    "labelOverlap": "greedy",
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
                "legend": {"orient": "right", "title": unit, "gradientLength": 130, "tickMinStep": 1}
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
