"""Grades of a rating: places as lettered tiles and on the map, their shares, a score from 100 down, its history.

A grade is told by its letter and shape beside its colour; ▲ is left to alerts, whose blue means something else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit.charts.theme import ACCENT, MUTED, NO_DATA, PICK, TEXT, Spec, chart, records


@dataclass(frozen=True)
class Mark:
    """How one grade is drawn: its letter, words, shape as text and in the library, colours of ink and of ground."""

    letter: str
    label: str
    sign: str
    shape: str
    ink: str
    ground: str

    @property
    def words(self) -> str:
        """The grade in words, as legends and tables have it."""
        return f"{self.sign} {self.letter} {self.label}".replace("  ", " ")


MARKS: dict[str, Mark] = {
    "A": Mark("A", "绿·优", "●", "circle", "#1f6b41", "#8fceab"),
    "B": Mark("B", "蓝·良", "■", "square", "#1d55a5", "#9cc3f0"),
    "C": Mark("C", "黄·中", "◆", "diamond", "#8a5a00", "#f0cf76"),
    "D": Mark("D", "红·差", "✖", "cross", "#a3231b", "#ee9d95"),
    "": Mark("", "灰·数据不足", "○", "stroke", "#5b6a80", NO_DATA),
}
INK = "#1b2430"
TILE_HEIGHT, TILES_IN_ROW = 44, 12
ROW_HEIGHT = 30
DECIMALS = 3
# On a telephone a tile has room for its letter alone.
NARROW = "width < 560"


def _scale(field: str, of: str = "ground") -> Spec:
    return {
        "field": field,
        "type": "nominal",
        "scale": {
            "domain": [mark.words for mark in MARKS.values()],
            "range": [getattr(mark, of) for mark in MARKS.values()],
        },
        # Every mark has its letter beside its colour; a legend would be cut on a telephone.
        "legend": None,
    }


def _select(*fields: str) -> list[Spec]:
    return [{"name": PICK, "select": {"type": "point", "fields": list(fields), "toggle": False}}]


def tiles(places: pd.DataFrame) -> Spec:
    """Draw one tile a place in the order given, those of one `group` together under its name.

    `places` has `code, name, group, grade` (as shown), `note` (said on hover). A click reports `code`.
    Empty input gives an empty chart.
    """
    values: list[dict[str, Any]] = []
    row, before, column = -1, None, 0
    for place in records(places[["code", "name", "group", "grade", "note"]]):
        if place["group"] != before or column == TILES_IN_ROW:
            row, column = row + 1, 0
        mark = MARKS[place["grade"]]
        first = place["group"] != before
        values.append(
            place
            | {
                "row": row,
                "column": column,
                "head": place["group"] if first else "",
                "kind": mark.words,
                "ink": mark.ink,
                "letter": mark.letter or "–",
                "sign": f"{mark.letter or '–'}{mark.sign}",
                "said": f"{place['name']}：{mark.words}，{place['note']}",
            }
        )
        before, column = place["group"], column + 1
    x = {
        "field": "column",
        "type": "ordinal",
        "scale": {"domain": list(range(TILES_IN_ROW)), "paddingInner": 0.06},
        "axis": None,
    }
    heads = {value["row"]: value["head"] for value in reversed(values)}
    heads |= {value["row"]: value["head"] for value in values if value["head"]}
    y = {
        "field": "row",
        "type": "ordinal",
        "scale": {"domain": list(range(row + 1)), "paddingInner": 0.1},
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "labelLimit": 96,
            "labelOverlap": False,
            "labelExpr": _labels(heads),
        },
    }
    tooltip = [
        {"field": "name", "title": "名称"},
        {"field": "kind", "title": "等级"},
        {"field": "note", "title": "说明"},
    ]
    room = {"expr": f"width / {TILES_IN_ROW} - 8"}
    view: Spec = {
        "encoding": {"x": x, "y": y, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 3, "aria": False},
                "encoding": {"color": _scale("kind")},
            },
            {
                "mark": {"type": "text", "dy": -9, "fontSize": 14, "fontWeight": "bold", "aria": False},
                "encoding": {
                    "text": {
                        "condition": {"test": NARROW, "value": {"expr": "datum.letter"}},
                        "field": "sign",
                    },
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {
                    "type": "text",
                    "dy": 9,
                    "fontSize": 11,
                    "limit": room,
                    "color": INK,
                    "aria": False,
                },
                "encoding": {"text": {"condition": {"test": NARROW, "value": ""}, "field": "name"}},
            },
            {
                "mark": {"type": "rect", "opacity": 0.01, "color": "#ffffff", "cursor": "pointer"},
                "params": _select("code"),
                "encoding": {"description": {"field": "said"}},
            },
        ],
    }
    return chart(24 + TILE_HEIGHT * max(1, row + 1), values, view)


def _labels(heads: Mapping[int, str]) -> str:
    """Return an expression that names rows; the names are data, so they are quoted."""
    texts = json.dumps([text for _, text in sorted(heads.items())], ensure_ascii=False)
    return f"{texts}[datum.value]"


def grade_map(outlines: Mapping[str, Mapping[str, Any]], places: pd.DataFrame, *, height: int = 560) -> Spec:
    """Draw the places that have an outline in the colour of their grade, their letter in the middle.

    `outlines` holds GeoJSON polygons by code; `places` has `code, name, grade, note, longitude, latitude`; one
    without an outline but with a position is a point. A click reports `code`. Nothing drawn gives an empty chart.
    """
    shapes: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for place in records(places[["code", "name", "grade", "note", "longitude", "latitude"]]):
        mark = MARKS[place["grade"]]
        told = {
            "code": place["code"],
            "name": place["name"],
            "kind": mark.words,
            "note": place["note"],
            "ink": mark.ink,
            "letter": mark.letter or "–",
        }
        if pd.notna(place["longitude"]) and pd.notna(place["latitude"]):
            told |= {"x": round(place["longitude"], DECIMALS), "y": round(place["latitude"], DECIMALS)}
        shape = outlines.get(place["code"])
        if shape is not None:
            geometry = {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])}
            shapes.append({"type": "Feature", "geometry": geometry, **told})
        elif "x" in told:
            points.append(told)
    layers = [
        *(
            [_marks(shapes, {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 1}, {}, PICK)]
            if shapes
            else []
        ),
        *(
            [_marks(points, {"type": "square", "size": 420, "opacity": 1}, AT, "point" if shapes else PICK)]
            if points
            else []
        ),
    ]
    return {
        **chart(height, [], {"layer": []}),
        "layer": layers or [chart(height, [], {"mark": "point"})["layer"][0]],
    }


AT = {
    "longitude": {"field": "x", "type": "quantitative"},
    "latitude": {"field": "y", "type": "quantitative"},
}


def _marks(values: Sequence[Mapping[str, Any]], mark: Spec, at: Spec, picked: str) -> Spec:
    """Return marks in the colour of their grade, their letters, and over both the unseen ones that are picked."""
    select = {"name": picked, "select": {"type": "point", "fields": ["code"], "toggle": False}}
    tooltip = [
        {"field": "name", "title": "名称"},
        {"field": "kind", "title": "等级"},
        {"field": "note", "title": "说明"},
    ]
    # Plane coordinates: on a sphere an outline wound the other way would fill all but itself.
    projection = {"type": "identity", "reflectY": True}
    layers: list[Spec] = [
        {"mark": mark, "encoding": {**at, "color": _scale("kind")}},
        {
            "transform": [{"filter": "isValid(datum.x)"}],
            "mark": {"type": "text", "fontSize": 13, "fontWeight": "bold"},
            "encoding": {
                **AT,
                "text": {"field": "letter"},
                "color": {"field": "ink", "type": "nominal", "scale": None},
            },
        },
        {
            "mark": {**mark, "color": "#ffffff", "opacity": 0.01, "cursor": "pointer"},
            "params": [select],
            "encoding": {**at, "tooltip": tooltip},
        },
    ]
    return {
        "data": {"values": list(values)},
        "layer": [{**layer, "projection": projection} for layer in layers],
    }


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates[0], int | float):
        return [round(coordinates[0], DECIMALS), round(coordinates[1], DECIMALS)]
    return [_rounded(one) for one in coordinates]


def grade_shares(groups: pd.DataFrame) -> Spec:
    """Draw one bar of 100 % a group, its parts the grades with their letter and number.

    `groups` has `group, grade, count`, groups in order; grades without places may be missing. Empty input gives an
    empty chart.
    """
    totals = groups.groupby("group")["count"].sum()
    values = [
        {
            "group": f"{row['group']}（{totals[row['group']]:,}）",
            "kind": MARKS[row["grade"]].words,
            "ink": MARKS[row["grade"]].ink,
            "order": list(MARKS).index(row["grade"]),
            "count": row["count"],
            "share": row["count"] / totals[row["group"]],
            "text": f"{MARKS[row['grade']].letter or '灰'} {row['count']:,}",
        }
        for row in records(groups[["group", "grade", "count"]])
        if row["count"]
    ]
    order = list(dict.fromkeys(value["group"] for value in values))
    y = {
        "field": "group",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 170},
    }
    x = {
        "field": "share",
        "type": "quantitative",
        "stack": "normalize",
        "title": "占比",
        "axis": {"format": ".0%"},
    }
    view: Spec = {
        "encoding": {
            "y": y,
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": [
                {"field": "group", "title": "组"},
                {"field": "kind", "title": "等级"},
                {"field": "count", "format": ",", "title": "个数"},
                {"field": "share", "format": ".1%", "title": "占比"},
            ],
        },
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "color": _scale("kind")}},
            {
                "transform": [{"filter": "datum.share > 0.07"}],
                "mark": {"type": "text", "fontSize": 12},
                "encoding": {
                    "x": {**x, "bandPosition": 0.5},
                    "text": {"field": "text"},
                    "detail": {"field": "kind"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    }
    return chart(110 + ROW_HEIGHT * max(1, len(order)), values, view)


def from_hundred(parts: pd.DataFrame, *, score: float, cuts: Sequence[float]) -> Spec:
    """Draw what each indicator takes off a score of 100, in the order given, then the score; rules stand at the cuts.

    `parts` has `label, lost` (points, 0 and more), `words` (the number behind it). `cuts` are the least scores of
    A, B and C. Empty input gives the score alone.
    """
    rows: list[dict[str, Any]] = []
    left = 100.0
    for part in records(parts[["label", "lost", "words"]]):
        rows.append(
            {
                "label": part["label"],
                "low": left - part["lost"],
                "high": left,
                "kind": "扣分",
                "text": f"−{part['lost']:.1f}" if part["lost"] >= 0.05 else "0",
                "words": part["words"],
            }
        )
        left -= part["lost"]
    rows.append(
        {"label": "得分", "low": 0, "high": score, "kind": "得分", "text": f"{score:.1f}", "words": ""}
    )
    least = max(0.0, 10 * (min(score, left, min(cuts, default=100)) // 10) - 10)
    for row in rows:
        row["low"] = max(row["low"], least)
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [row["label"] for row in rows],
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 150},
    }
    title = "分" if not least else "分（横轴不从零开始）"
    x = {
        "field": "low",
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [least, 108], "zero": False, "nice": False},
    }
    lines = [
        {"at": cut, "letter": letter, "line": f"{letter} ≥{cut:g}"}
        for letter, cut in zip("ABC", cuts, strict=False)
    ]
    view: Spec = {
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": MUTED},
                "encoding": {"x": {**x, "field": "at"}, "tooltip": [{"field": "line", "title": "分数线"}]},
            },
            {
                "data": {"values": lines},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 3,
                    "dy": -4,
                    "baseline": "bottom",
                    "fontSize": 11,
                },
                "encoding": {"x": {**x, "field": "at"}, "y": {"value": 0}, "text": {"field": "letter"}},
            },
            {
                "mark": {"type": "bar"},
                "encoding": {
                    "y": y,
                    "x": x,
                    "x2": {"field": "high"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": ["扣分", "得分"], "range": ["#c2475a", ACCENT]},
                        "legend": None,
                    },
                    "tooltip": [
                        {"field": "label", "title": "指标"},
                        {"field": "text", "title": "分"},
                        {"field": "words", "title": "依据"},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "high"},
                    "text": {"field": "text"},
                },
            },
        ],
    }
    return chart(70 + 26 * len(rows), rows, view)


def peer_band(parts: pd.DataFrame) -> Spec:
    """Draw one diamond an indicator on the range of its peers, whose middle is a tick; all in points of 100.

    `parts` has `label, points, peer_low, peer_mid, peer_high` (missing where there are too few peers) and `words`.
    Empty input gives an empty chart.
    """
    rows = [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in records(parts[["label", "points", "peer_low", "peer_mid", "peer_high", "words"]])
    ]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [row["label"] for row in rows],
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 150},
    }
    x = {
        "field": "peer_low",
        "type": "quantitative",
        "title": "指标分（0–100，右优）",
        "scale": {"domain": [0, 100]},
    }
    tooltip = [
        {"field": "label", "title": "指标"},
        {"field": "points", "format": ".1f", "title": "本地指标分"},
        {"field": "peer_low", "format": ".1f", "title": "同类 10% 位"},
        {"field": "peer_mid", "format": ".1f", "title": "同类中位"},
        {"field": "peer_high", "format": ".1f", "title": "同类 90% 位"},
        {"field": "words", "title": "依据"},
    ]
    known = [{"filter": "isValid(datum.peer_low)"}]
    view: Spec = {
        "encoding": {"y": y, "tooltip": tooltip},
        "layer": [
            {
                "transform": known,
                "mark": {"type": "bar", "color": MUTED, "opacity": 0.45, "height": 12},
                "encoding": {"x": x, "x2": {"field": "peer_high"}},
            },
            {
                "transform": known,
                "mark": {"type": "tick", "thickness": 2, "size": 16, "color": TEXT},
                "encoding": {"x": {**x, "field": "peer_mid"}},
            },
            {
                "transform": [{"filter": "isValid(datum.points)"}],
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "filled": True,
                    "size": 130,
                    "color": "#d4762c",
                    "opacity": 1,
                },
                "encoding": {"x": {**x, "field": "points"}},
            },
        ],
    }
    return chart(50 + 26 * max(1, len(rows)), rows, view)


def grade_history(months: pd.DataFrame, *, cuts: Sequence[float], changes: Sequence[tuple[str, str]]) -> Spec:
    """Draw the score of each month on the ground of its grade; where the rules changed stands a dashed rule.

    `months` has `month` (YYYY-MM), `score` (nan: none), `grade` (as shown), `note`. `changes` are months with words.
    Empty input gives an empty chart.
    """
    rows = [
        {
            "month": row["month"],
            "score": None if pd.isna(row["score"]) else row["score"],
            "kind": MARKS[row["grade"]].words,
            "letter": MARKS[row["grade"]].letter or "–",
            "note": row["note"],
        }
        for row in records(months[["month", "score", "grade", "note"]])
    ]
    order = [row["month"] for row in rows]
    lowest = min([row["score"] for row in rows if row["score"] is not None], default=0.0)
    # From a ten below all that is drawn, so that small moves are seen.
    least = max(0.0, 10 * (min(lowest, *cuts) // 10) - 10)
    ends = [100.0, *cuts, least]
    grounds = [
        {"low": low, "high": high, "kind": MARKS[letter].words}
        for letter, high, low in zip("ABCD", ends, ends[1:], strict=False)
    ]
    x = {
        "field": "month",
        "type": "ordinal",
        "scale": {"domain": order},
        "title": None,
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }
    y = {
        "field": "score",
        "type": "quantitative",
        "title": "得分（纵轴不从零开始）" if least else "得分",
        "scale": {"domain": [least, 100], "zero": False},
    }
    shapes = {
        "field": "kind",
        "type": "nominal",
        "scale": {
            "domain": [mark.words for mark in MARKS.values()],
            "range": [mark.shape for mark in MARKS.values()],
        },
        "legend": None,
    }
    tooltip = [
        {"field": "month", "title": "月份"},
        {"field": "score", "format": ".1f", "title": "得分"},
        {"field": "kind", "title": "等级"},
        {"field": "note", "title": "说明"},
    ]
    layers: list[Spec] = [
        {
            "data": {"values": grounds if rows else []},
            "mark": {"type": "rect", "opacity": 0.22},
            "encoding": {
                "y": {**y, "field": "low"},
                "y2": {"field": "high"},
                "color": _scale("kind"),
            },
        },
        {
            "mark": {
                "type": "line",
                "color": TEXT,
                "strokeWidth": 1.5,
                "invalid": "break-paths-show-domains",
            },
            "encoding": {"x": x, "y": y},
        },
        {
            "transform": [{"filter": "isValid(datum.score)"}],
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "shape": shapes,
                "color": _scale("kind", "ink"),
                "tooltip": tooltip,
            },
        },
        {
            "transform": [{"filter": "isValid(datum.score)"}],
            "mark": {"type": "text", "dy": -13, "fontWeight": "bold"},
            "encoding": {"x": x, "y": y, "text": {"field": "letter"}},
        },
    ]
    marked = [{"month": month, "words": f"◆ {words}"} for month, words in changes if month in order]
    if marked:
        layers += [
            {
                "data": {"values": marked},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": INK},
                "encoding": {"x": x, "tooltip": [{"field": "words", "title": "规则变更"}]},
            },
            {
                "data": {"values": marked},
                "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "top", "fontSize": 11},
                "encoding": {"x": x, "y": {"value": 2}, "text": {"field": "words"}},
            },
        ]
    # One scale of colour for the ground and another for the ink of the marks.
    return chart(320, rows, {"layer": layers, "resolve": {"scale": {"color": "independent"}}})
