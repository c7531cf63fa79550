"""One share by month of entry, each with its interval; months that have not had their time are hollow."""

import pandas as pd

from cockpit.charts.theme import ACCENT, MUTED, TEXT, Spec, chart, pick, records

RIPE, UNRIPE = "已成熟", "未成熟（比例还会变）"


def cohort_rate(rows: pd.DataFrame, *, target: float | None, what: str, trials_name: str) -> Spec:
    """Draw one mark and interval a month, with the share of all mature months as a dashed rule.

    `rows` has `month` (YYYY-MM), `successes, trials, share, low, high` (of 1) and `is_mature`, told by the shape of the mark
    too; months without a share are left out. A click reports `month`. Empty input gives an empty chart.
    """
    values = [
        {
            **{name: row[name] for name in ("month", "successes", "trials")},
            **{name: 100 * row[name] for name in ("share", "low", "high")},
            "ripe": RIPE if row["is_mature"] else UNRIPE,
        }
        for row in records(rows[rows["share"].notna()])
    ]
    x = {
        "field": "month",
        "type": "ordinal",
        "title": "预警产生月份",
        "axis": {"labelAngle": 0, "labelOverlap": True, "grid": False},
    }
    y = {"field": "share", "type": "quantitative", "title": f"{what}（%）", "scale": {"zero": True}}
    tooltip = [
        {"field": "month", "title": "月份"},
        {"field": "share", "format": ".1f", "title": f"{what}（%）"},
        {"field": "low", "format": ".1f", "title": "95% 区间下限"},
        {"field": "high", "format": ".1f", "title": "95% 区间上限"},
        {"field": "successes", "format": ",", "title": "分子"},
        {"field": "trials", "format": ",", "title": trials_name},
        {"field": "ripe", "title": "月份"},
    ]
    scale = {"domain": [RIPE, UNRIPE]}
    kind = {"field": "ripe", "type": "nominal", "legend": {"orient": "top", "title": None}}
    view: Spec = {
        "layer": [
            {
                "data": {"values": [] if target is None else [{"target": 100 * target}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": TEXT},
                "encoding": {
                    "y": {"field": "target", "type": "quantitative"},
                    "tooltip": [{"field": "target", "format": ".1f", "title": f"成熟月份合计{what}（%）"}],
                },
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": MUTED},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "tooltip": tooltip},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "cursor": "pointer"},
                "params": [pick("month")],
                "encoding": {
                    "x": x,
                    "y": y,
                    "tooltip": tooltip,
                    "color": {**kind, "scale": {**scale, "range": [ACCENT, "#d4762c"]}},
                    "shape": {**kind, "scale": {**scale, "range": ["circle", "diamond"]}},
                },
            },
        ],
    }
    return chart(280, values, view)
