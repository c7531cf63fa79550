"""Places by how many times as much as expected they have, each with its interval."""

import pandas as pd

from cockpit.charts.theme import MUTED, SIDES, Spec, chart, pick


def ratios(places: pd.DataFrame, *, unit: str, rows_max: int = 15) -> Spec:
    """Draw one mark and interval a place around 1, the highest first; triangles where a difference may be claimed.

    `places` has `code, name, observed, expected, ratio, low, high, direction`; those beyond `rows_max` and those
    without a ratio are left out, those claimed last. A click reports `code`. Empty input gives an empty chart.
    """
    known = places[places["ratio"].notna()]
    kept = known.sort_values(["direction", "ratio"], key=abs, ascending=False).head(rows_max)
    shown = kept.sort_values(["ratio", "code"], ascending=[False, True])
    values = [
        {**row, "kind": SIDES[row.pop("direction")][2]}
        for row in shown[
            ["code", "name", "observed", "expected", "ratio", "low", "high", "direction"]
        ].to_dict("records")
    ]
    sides = (1, -1, 0)
    scale = {"domain": [SIDES[side][2] for side in sides]}
    kind = {"field": "kind", "type": "nominal", "legend": {"orient": "top", "title": None}}
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in values],
        "title": None,
        "axis": {"labelOverlap": False},
    }
    tooltip = [
        {"field": "name", "title": "地区"},
        {"field": "observed", "type": "quantitative", "format": ",", "title": f"实际（{unit}）"},
        {"field": "expected", "type": "quantitative", "format": ",.1f", "title": f"预期（{unit}）"},
        {"field": "ratio", "type": "quantitative", "format": ".2f", "title": "实际/预期"},
        {"field": "low", "type": "quantitative", "format": ".2f", "title": "95% 区间下限"},
        {"field": "high", "type": "quantitative", "format": ".2f", "title": "95% 区间上限"},
    ]
    view: Spec = {
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": MUTED},
                "encoding": {
                    "x": {"field": "low", "type": "quantitative", "title": "实际/预期（倍）"},
                    "x2": {"field": "high"},
                    "y": y,
                    "tooltip": tooltip,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "x": {"field": "ratio", "type": "quantitative"},
                    "y": y,
                    "color": {**kind, "scale": {**scale, "range": [SIDES[side][0] for side in sides]}},
                    "shape": {**kind, "scale": {**scale, "range": [SIDES[side][1] for side in sides]}},
                    "tooltip": tooltip,
                },
            },
            {
                "data": {"values": [{"one": 1}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": "#c2475a"},
                "encoding": {"x": {"field": "one", "type": "quantitative"}},
            },
        ],
    }
    return chart(340, values, view)
