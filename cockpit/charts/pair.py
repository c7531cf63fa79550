"""Two regions or periods side by side."""

import pandas as pd

from cockpit.charts.theme import MUTED, SERIES, Spec, chart, records

Names = tuple[str, str]


def _colour(names: Names, **legend: str) -> Spec:
    colours = [colour for colour, _, _, _ in SERIES[:2]]
    return {
        "field": "side",
        "type": "nominal",
        "scale": {"domain": list(names), "range": colours},
        "legend": {"orient": "top", "title": None, "labelLimit": 320, **legend},
    }


def lines(months: pd.DataFrame, names: Names, *, unit: str) -> Spec:
    """Draw a value by number of month since each side's beginning, the second side dashed.

    `months` has `side` (one of the names), `number` (from 1), `month` (its words), `value`. Empty input gives an empty
    chart.
    """
    rows = records(months[["side", "number", "month", "value"]])
    dash = {"field": "side", "type": "nominal", "scale": {"domain": list(names), "range": [[1, 0], [5, 4]]}}
    view: Spec = {
        "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "number",
                "type": "quantitative",
                "title": "期间第几个月",
                "axis": {"tickMinStep": 1, "format": "d", "grid": False},
            },
            "y": {"field": "value", "type": "quantitative", "title": unit, "axis": {"tickCount": 5}},
            "color": _colour(names, symbolType="stroke"),
            "strokeDash": {**dash, "legend": None},
            "tooltip": [
                {"field": "side", "title": "对象"},
                {"field": "month", "title": "月份"},
                {"field": "value", "type": "quantitative", "format": ",.2f", "title": unit},
            ],
        },
    }
    return chart(300, rows, view)


def shares(parts: pd.DataFrame, names: Names, *, what: str) -> Spec:
    """Draw both sides' shares of each part on one row, joined by a rule; ◆ marks a difference beyond chance.

    `parts` has `name, first, second` (shares of 1, missing where a side has nothing), `first_count, second_count,
    is_different`, in order. Empty input gives an empty chart.
    """
    rows = [
        {
            "name": f"{row['name']}{' ◆' if row['is_different'] else ''}",
            "side": side,
            "share": None if pd.isna(row[key]) else 100 * row[key],
            "count": row[f"{key}_count"],
        }
        for row in records(parts)
        for side, key in zip(names, ("first", "second"), strict=True)
    ]
    order = list(dict.fromkeys(row["name"] for row in rows))
    x = {"field": "share", "type": "quantitative", "title": f"{what}（%）"}
    shape = {
        "field": "side",
        "type": "nominal",
        "scale": {"domain": list(names), "range": ["circle", "square"]},
    }
    view: Spec = {
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": order,
                "title": None,
                "axis": {"labelOverlap": False},
            }
        },
        "layer": [
            {"mark": {"type": "line", "color": MUTED}, "encoding": {"x": x, "detail": {"field": "name"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
                "encoding": {
                    "x": x,
                    "color": _colour(names),
                    "shape": shape,
                    "tooltip": [
                        {"field": "name", "title": "名称"},
                        {"field": "side", "title": "对象"},
                        {"field": "share", "type": "quantitative", "format": ".1f", "title": f"{what}（%）"},
                        {"field": "count", "format": ",", "title": "件数"},
                    ],
                },
            },
        ],
    }
    return chart(300, rows, view)
