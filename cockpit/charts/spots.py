"""Hot and cold places on the outlines of the parts they lie in."""

import pandas as pd

from cockpit.charts.theme import NO_DATA, SIDES, Spec, chart, pick

LABELS = {1: "热点", -1: "冷点", 0: "未见聚集"}


def spots(outlines: pd.DataFrame, places: pd.DataFrame, *, unit: str) -> Spec:
    """Draw one mark a place at its centre, hot ones as red triangles up, cold ones as blue triangles down.

    `outlines` has `geometry` (GeoJSON, parsed) and may be empty; `places` has `code, name, longitude, latitude, value, count,
    direction`. A click reports `code`. Empty places give the outlines alone.
    """
    sides = (1, -1, 0)
    rows = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.pop("longitude"), row.pop("latitude")]},
            "kind": LABELS[row.pop("direction")],
            **row,
        }
        for row in places[["code", "name", "longitude", "latitude", "value", "count", "direction"]].to_dict(
            "records"
        )
    ]
    scale = {"domain": [LABELS[side] for side in sides]}
    mark = {
        "field": "kind",
        "type": "nominal",
        "scale": {**scale, "range": [SIDES[side][0] for side in sides]},
        "legend": {"orient": "bottom", "title": None},
    }
    view: Spec = {
        "projection": {"type": "identity", "reflectY": True},
        "layer": [
            {
                "data": {
                    "values": [
                        {"type": "Feature", "geometry": geometry, "properties": {}}
                        for geometry in outlines["geometry"]
                    ]
                },
                "mark": {
                    "type": "geoshape",
                    "fill": None,
                    "stroke": NO_DATA,
                    "strokeWidth": 1,
                    "aria": False,
                },
            },
            {
                "transform": [
                    {"calculate": "datum.geometry.coordinates[0]", "as": "longitude"},
                    {"calculate": "datum.geometry.coordinates[1]", "as": "latitude"},
                ],
                "mark": {"type": "point", "filled": True, "opacity": 0.9, "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "longitude": {"field": "longitude", "type": "quantitative"},
                    "latitude": {"field": "latitude", "type": "quantitative"},
                    "color": mark,
                    "shape": {
                        **mark,
                        "scale": {**scale, "range": [SIDES[side][1] for side in sides]},
                    },
                    "size": {
                        "condition": {"test": f"datum.kind === '{LABELS[0]}'", "value": 30},
                        "value": 140,
                    },
                    "tooltip": [
                        {"field": "name", "title": "地区"},
                        {"field": "kind", "title": "判断"},
                        {
                            "field": "value",
                            "type": "quantitative",
                            "format": ".2f",
                            "title": f"平滑率（{unit}）",
                        },
                        {"field": "count", "type": "quantitative", "format": ",", "title": "件数"},
                    ],
                },
            },
        ],
    }
    return chart(380, rows, view)
