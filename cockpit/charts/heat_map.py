"""The map of alerts: outlines, heat and columns, drawn by the browser's own graphics; nothing is asked of a network."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
import pydeck

from cockpit.charts.theme import NO_DATA, SEQUENCE

HEIGHT = 540
# Without a style of its own the map would fetch one; nothing is drawn, so that the page shows through, light or dark.
STYLE = "data:application/json," + quote(json.dumps({"version": 8, "sources": {}, "layers": []}))
# About a hundred metres.
DECIMALS = 3
ZERO_COLOUR = "#ffffff"
LINE = [120, 135, 155, 190]
FITTED = 500
TOOLTIP = {
    "html": "<b>{a}</b><br>{b}<br>{c}<br>{d}<br>{e}",
    "style": {
        "backgroundColor": "#1b2430",
        "color": "#ffffff",
        "fontSize": "13px",
        "lineHeight": "1.5",
        "borderRadius": "6px",
        "padding": "8px 10px",
        "maxWidth": "280px",
    },
}
# The lines of the card, each a field of its own: what stands in for them is shown as text. Should it ever be read as
# markup, there is none in it.
LINES = "abcde"
HARMLESS = str.maketrans("<>&", "＜＞＆")
LAYERS = ("area", "point", "column")


class Deck(pydeck.Deck):  # type: ignore[misc]
    """A deck written once and without blanks: the library's own text has each number in a line of its own."""

    _text: str | None = None

    def to_json(self) -> str:
        """Return the text that the browser gets."""
        if self._text is None:
            whole = json.loads(super().to_json())
            self._text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        return self._text


def colours(count: int) -> list[str]:
    """Return as many colours from light to dark as there are classes, at most those of the theme."""
    last = len(SEQUENCE) - 1
    return [
        SEQUENCE[round(last * number / max(1, count - 1))] if count > 1 else SEQUENCE[3]
        for number in range(count)
    ]


def heat_map(
    places: pd.DataFrame,
    shapes: Mapping[str, Mapping[str, Any]],
    *,
    count_classes: int,
    has_columns: bool = False,
    spots: pd.DataFrame | None = None,
) -> Deck:
    """Draw places as polygons by class, points where they have none; or, with columns, as columns over outlines.

    `places` has `code, name, value, class_` (−1 no data, 0 none, from 1), `longitude, latitude` (nan for none), `is_silent`
    and `card`, five lines of text shown on hover. `shapes` are GeoJSON polygons by code. `spots` has
    `longitude, latitude, weight`: the heat beneath. A click reports the object with its `code`. Places with neither
    shape nor position are not drawn: the caller says how many.
    """
    palette = [_rgb(colour) for colour in (NO_DATA, ZERO_COLOUR, *colours(count_classes))]
    features, points, columns = [], [], []
    highest = max((float(value) for value in places["value"] if not pd.isna(value)), default=0.0) or 1.0
    tallest = _span(places, shapes) * 111_000 / 6
    for row in places.to_dict("records"):
        fill = palette[int(row["class_"]) + 1]
        told = {
            "code": row["code"],
            **dict(zip(LINES, (line.translate(HARMLESS) for line in row["card"]), strict=False)),
        }
        shape, has_position = shapes.get(row["code"]), not pd.isna(row["longitude"] + row["latitude"])
        if shape is not None:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])},
                    "properties": told
                    | {
                        "fill": [*fill, 40 if has_columns else 215],
                        "line": [90, 60, 60, 255] if row["is_silent"] else LINE,
                    },
                }
            )
        at = [round(row["longitude"], DECIMALS), round(row["latitude"], DECIMALS)] if has_position else None
        if at is None and shape is not None:
            at = _middle(shape)
        if at is not None and has_columns and row["class_"] > 0:
            columns.append(told | {"at": at, "height": round(tallest * row["value"] / highest), "fill": fill})
        elif at is not None and shape is None:
            points.append(told | {"at": at, "fill": fill})
    layers = [
        pydeck.Layer(
            "GeoJsonLayer",
            {"type": "FeatureCollection", "features": features},
            id="area",
            pickable=True,
            auto_highlight=True,
            get_fill_color="properties.fill",
            get_line_color="properties.line",
            line_width_min_pixels=1,
        )
    ]
    if spots is not None and len(spots):
        layers.append(
            pydeck.Layer(
                "HeatmapLayer",
                [
                    {"at": [round(x, DECIMALS), round(y, DECIMALS)], "n": int(n)}
                    for x, y, n in zip(spots["longitude"], spots["latitude"], spots["weight"], strict=True)
                ],
                id="heat",
                get_position="at",
                get_weight="n",
                radius_pixels=34,
                intensity=0.8,
                threshold=0.06,
                opacity=0.55,
            )
        )
    if points:
        layers.append(
            pydeck.Layer(
                "ScatterplotLayer",
                points,
                id="point",
                pickable=True,
                auto_highlight=True,
                get_position="at",
                get_fill_color="fill",
                get_line_color=LINE,
                stroked=True,
                radius_min_pixels=6,
                radius_max_pixels=14,
                get_radius=400,
                line_width_min_pixels=1,
            )
        )
    if columns:
        layers.append(
            pydeck.Layer(
                "ColumnLayer",
                columns,
                id="column",
                pickable=True,
                auto_highlight=True,
                get_position="at",
                get_elevation="height",
                get_fill_color="fill",
                radius=round(_span(places, shapes) * 111_000 / 110) or 300,
                disk_resolution=6,
                extruded=True,
            )
        )
    return Deck(
        layers=layers,
        map_style=STYLE,
        map_provider="mapbox",
        initial_view_state=_view(places, shapes, pitch=30 if has_columns else 0),
        tooltip=TOOLTIP,
    )


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _rounded(coordinates: Any) -> Any:
    """Return rings of positions rounded, those that then follow themselves once."""
    if isinstance(coordinates[0], int | float):
        return [round(coordinates[0], DECIMALS), round(coordinates[1], DECIMALS)]
    inner = [_rounded(one) for one in coordinates]
    if inner and isinstance(inner[0][0], int | float):
        kept = [one for number, one in enumerate(inner) if not number or one != inner[number - 1]]
        return kept if len(kept) > 3 else inner
    return inner


def _positions(coordinates: Any) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        return [(coordinates[0], coordinates[1])]
    return [at for one in coordinates for at in _positions(one)]


def _middle(shape: Mapping[str, Any]) -> list[float]:
    box = _box([shape], [])
    return [round((box[0] + box[2]) / 2, DECIMALS), round((box[1] + box[3]) / 2, DECIMALS)]


def _box(
    shapes: Sequence[Mapping[str, Any]], more: Sequence[tuple[float, float]]
) -> tuple[float, float, float, float]:
    at = [position for shape in shapes for position in _positions(shape["coordinates"])] + list(more)
    if not at:
        return 73.0, 18.0, 135.0, 54.0
    xs, ys = zip(*at, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _all(places: pd.DataFrame, shapes: Mapping[str, Mapping[str, Any]]) -> tuple[float, float, float, float]:
    drawn = [shapes[code] for code in places["code"] if code in shapes]
    positioned = places[
        places["longitude"].notna() & places["latitude"].notna() & ~places["code"].isin(list(shapes))
    ]
    return _box(drawn, list(zip(positioned["longitude"], positioned["latitude"], strict=True)))


def _span(places: pd.DataFrame, shapes: Mapping[str, Mapping[str, Any]]) -> float:
    west, south, east, north = _all(places, shapes)
    return max(east - west, north - south, 0.02)


def _view(places: pd.DataFrame, shapes: Mapping[str, Mapping[str, Any]], *, pitch: int) -> pydeck.ViewState:
    """Return the view that holds all that is drawn in a square of FITTED pixels: so a telephone sees most of it too."""
    west, south, east, north = _all(places, shapes)
    latitude = (south + north) / 2
    width = max(east - west, 0.02)
    height = max(north - south, 0.02) / math.cos(math.radians(latitude))
    zoom = math.log2(FITTED / 512 * 360 / max(width, height))
    return pydeck.ViewState(
        longitude=round((west + east) / 2, 4),
        latitude=round(latitude, 4),
        zoom=round(min(max(zoom, 2), 13), 2),
        pitch=pitch,
        min_zoom=2,
        max_zoom=15,
    )
