"""Shares of places, units or industries, each with its interval, against that of all."""

import pandas as pd

from cockpit.charts.theme import MUTED, SIDES, Spec, chart, pick, records

ROW_HEIGHT, HEIGHT_MIN = 28, 140


def shares(rows: pd.DataFrame, *, target: float, what: str, trials_name: str, rows_max: int = 12) -> Spec:
    """Draw one mark and interval a row in the order given, with the share of all as a dashed rule.

    `rows` has `code, name, successes, trials, share, low, high` (of 1) and `direction` (±1 what may be claimed, told by
    shape and word); those beyond `rows_max` are left out. A click reports `code`. Empty input gives an empty chart.
    """
    shown = rows.head(rows_max)
    values = [
        {
            **{name: row[name] for name in ("code", "name", "successes", "trials")},
            **{name: 100 * row[name] for name in ("share", "low", "high")},
            "kind": SIDES[row["direction"]][2],
        }
        for row in records(shown)
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in values],
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 190},
    }
    x = {"field": "share", "type": "quantitative", "title": f"{what}（%）", "scale": {"zero": False}}
    tooltip = [
        {"field": "name", "title": "名称"},
        {"field": "share", "format": ".1f", "title": f"{what}（%）"},
        {"field": "low", "format": ".1f", "title": "95% 区间下限"},
        {"field": "high", "format": ".1f", "title": "95% 区间上限"},
        {"field": "successes", "format": ",", "title": "件数"},
        {"field": "trials", "format": ",", "title": trials_name},
        {"field": "kind", "title": "判断"},
    ]
    scale = {"domain": [label for _, _, label in SIDES.values()]}
    view: Spec = {
        "layer": [
            {
                "data": {"values": [{"target": 100 * target}] if values else []},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": MUTED},
                "encoding": {
                    "x": {"field": "target", "type": "quantitative"},
                    "tooltip": [{"field": "target", "format": ".1f", "title": f"总体{what}（%）"}],
                },
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": MUTED},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "tooltip": tooltip},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 100, "opacity": 1, "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "y": y,
                    "x": x,
                    "tooltip": tooltip,
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {**scale, "range": [colour for colour, _, _ in SIDES.values()]},
                        "legend": {"orient": "top", "title": None},
                    },
                    "shape": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {**scale, "range": [shape for _, shape, _ in SIDES.values()]},
                    },
                },
            },
        ],
    }
    return chart(max(HEIGHT_MIN, 70 + ROW_HEIGHT * len(values)), values, view)
