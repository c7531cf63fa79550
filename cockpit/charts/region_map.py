"""The map of one region's children, drawn from its own outlines without tiles or network."""

from collections.abc import Mapping

import pandas as pd

from cockpit.charts.theme import NO_DATA, SEQUENCE, Spec, chart, pick, records


def region_map(outlines: pd.DataFrame, values: pd.DataFrame, *, label: str, unit: str) -> Spec:
    """Draw outlines shaded by a value; places without one are grey and say so.

    `outlines` has `region_code, geometry` (GeoJSON, parsed); `values` has `code, name, value, count`.
    A click reports `code`. Empty outlines give an empty chart: the caller says why.
    """
    by_code: Mapping[str, dict[str, object]] = {
        row["code"]: {
            "name": row["name"],
            "value": None if pd.isna(row["value"]) else row["value"],
            "count": row["count"],
        }
        for row in records(values)
    }
    features = [
        {"type": "Feature", "geometry": geometry, "code": code}
        | by_code.get(code, {"name": code, "value": None, "count": None})
        for code, geometry in zip(outlines["region_code"], outlines["geometry"], strict=True)
    ]
    tooltip = [
        {"field": "name", "title": "地区"},
        {"field": "value", "type": "quantitative", "format": ".2f", "title": f"{label}（{unit}）"},
        {"field": "count", "type": "quantitative", "format": ",", "title": "件数"},
    ]
    view: Spec = {
        # Plane coordinates: on a sphere an outline wound the other way would fill all but itself.
        "projection": {"type": "identity", "reflectY": True},
        "mark": {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 1, "cursor": "pointer"},
        "params": [pick("code")],
        "encoding": {
            "color": {
                "condition": {"test": "!isValid(datum.value)", "value": NO_DATA},
                "field": "value",
                "type": "quantitative",
                "scale": {"range": SEQUENCE, "zero": False},
                # A legend of no values would read NaN.
                "legend": {"orient": "bottom", "title": unit, "gradientLength": 220, "format": ".1f"}
                if any(feature["value"] is not None for feature in features)
                else None,
            },
            "tooltip": tooltip,
        },
    }
    return chart(320, features, view)
