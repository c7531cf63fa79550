"""The middle: the map of alert pressure and of ratings, and the places it turns to, each with why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from cockpit import queries, region_code
from cockpit.analysis.classes import MISSING
from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.charts.grade import MARKS
from cockpit.queries import REMAINDER_NAME, previous_period
from cockpit.queries.heat import regions
from cockpit.queries.measures import years
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, wording
from cockpit.ui.analysis import region
from cockpit.ui.analysis.panel import period
from cockpit.ui.ecology import kept as ecology
from cockpit.ui.heat import place as heat
from cockpit.ui.heat.colour import COLOURS, coloured, mark, written
from cockpit.ui.screen import markup
from cockpit.ui.screen.alerts import new_red, rated_month
from cockpit.ui.screen.complaints import totals
from cockpit.ui.screen.view import View, level

WIDTH, HEIGHT, EDGE = 900, 640, 24
# Text is 18 units high; a name of so many signs takes so much room.
SIGN, LINE = 18, 22
PLACES_MAX, TURNS_MAX, NAME_SIGNS = 600, 60, 8
COUNTED = ("code", "name", "population", "alert_count", "open_count", "red_open_count")
PRESSURE = COLOURS["exposure"]
# Pressure as a multiple of the mean of the places shown.
RATIO_ENDS = (0.8, 0.95, 1.05, 1.25)
RATIO_WORDS = ("低两成", "略低", "相当", "略高", "高两成半")
Point = tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """The map's markup, and the places it turns to in their order."""

    body: Markup
    turns: tuple[str, ...]


@cached.by_scope
def centre(scope: Scope, view: View) -> Drawn:
    """Return the map and what it says of each place."""
    told = places(scope, view)
    if not len(told):
        return Drawn(markup.nothing("没有可显示的地区。"), ())
    told = told.head(PLACES_MAX)
    turns = _turns(told)
    rows = told.to_dict("records")
    spots = markup.joined(_spot(row, view) for row in rows if row["code"] in turns)
    legend = _legend(told)
    drawing = _map(rows, _geometry(scope, view.region, level(scope, view.region))) or _tiles(told)
    return Drawn(
        Markup('{}<div class="legends">{}</div><div class="spots">{}</div>').format(drawing, legend, spots),
        turns,
    )


def places(scope: Scope, view: View) -> pd.DataFrame:
    """Return the places of the map with all that is said of each; what is recorded elsewhere is left out.

    Columns: code, name, population, alert_count, open_count, red_open_count; value of the pressure (smoothed), its ratio
    to the mean, class_ and mark of that; new_red (red alerts of the last days); now and previous (complaints); grade
    ('' grey, missing: not rated).
    """
    at = level(scope, view.region)
    rows = _counted(scope, view, at)
    span = years(*period(view.chosen))
    values = coloured(rows, PRESSURE, span).values
    people = float(rows.loc[values.notna(), "population"].sum())
    mean = 1000 * float(rows.loc[values.notna(), "alert_count"].sum()) / (people * span) if people else 0.0
    # Held against the mean and fixed ends: classes of equal size would paint chance in the strongest colours.
    ratio = values / mean if mean else values * np.nan
    class_ = np.where(ratio.isna(), MISSING, 1 + np.searchsorted(RATIO_ENDS, ratio.fillna(1), side="right"))
    fresh = _part_of(rows["code"], new_red(scope, view)["region_code"]).value_counts()
    rows = rows.assign(
        value=values,
        ratio=ratio,
        class_=class_,
        mark=[mark(int(of), len(RATIO_WORDS)) for of in class_],
        new_red=rows["code"].map(fresh).fillna(0).astype(int),
    )
    return (
        rows.join(_complaints(scope, view, at), on="code")
        .join(_graded(scope, view), on="code")
        .fillna({"now": 0, "previous": 0})
    )


def _counted(scope: Scope, view: View, at: str | None) -> pd.DataFrame:
    """Return the alerts of the places: of the parts as the overview counts them, which has just done so."""
    rows: pd.DataFrame = totals(scope, view.chosen).alert_by_region.rename(columns={"region_code": "code"})
    if at is not None or not rows["level"].notna().any():
        rows = heat.places(scope, view.chosen, at)
    return rows.loc[rows["name"] != REMAINDER_NAME, [*COUNTED]].reset_index(drop=True)


def _part_of(parts: "pd.Series[str]", codes: "pd.Series[str]") -> "pd.Series[str]":
    """Return the place shown that each code lies in; those in none are left out."""
    known = {region_code.prefix(code): code for code in parts}
    lengths = sorted({len(prefix) for prefix in known}, reverse=True)
    found = {
        code: next((known[code[:length]] for length in lengths if code[:length] in known), None)
        for code in codes.unique()
    }
    return codes.map(found).dropna()


@cached.by_build
def _complaints(scope: Scope, view: View, at: str | None) -> pd.DataFrame:
    start, end = previous_period(*period(view.chosen))
    now, _ = region.rated(scope, view.chosen, at)
    before, _ = region.rated(scope, replace(view.chosen, start=start, end=end), at)
    counts = [
        rows[rows["level"].notna()].set_index("region_code")["complaint_count"] for rows in (now, before)
    ]
    return pd.DataFrame(dict(zip(("now", "previous"), counts, strict=True)))


@cached.by_build
def _graded(scope: Scope, view: View) -> pd.DataFrame:
    month = rated_month(scope, view)
    if month is None:
        return pd.DataFrame({"grade": pd.Series(dtype=object)})
    roots = (view.region,) if view.region else scope.regions
    at = level(scope, view.region)
    tiers = {at} if at else {*_below(roots), *(region_code.level(code) for code in roots)}
    rows: list[pd.DataFrame] = [ecology.grades(scope, month, view.region, tier) for tier in tiers]
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["code", "shown_grade"])
    return found.set_index("code")[["shown_grade"]].rename(columns={"shown_grade": "grade"})


def _below(roots: Iterable[str]) -> set[str]:
    """Return the levels that parts of some regions may have: the next below, or the one after where that is skipped."""
    found: set[str] = set()
    for code in roots:
        after = region_code.LEVELS[region_code.LEVELS.index(region_code.level(code)) + 1 :]
        found |= set(after[:2])
    return found


def _turns(told: pd.DataFrame) -> tuple[str, ...]:
    """Return the places to turn to: those of the plan, else new red alerts first, then the largest change."""
    if planned := [code for code in settings().screen.regions if code in set(told["code"])]:
        return tuple(planned[:TURNS_MAX])
    order = told.assign(moved=(told["now"] - told["previous"]).abs())
    return tuple(
        order.sort_values(["new_red", "moved", "code"], ascending=[False, False, True])["code"].head(
            TURNS_MAX
        )
    )


def _spot(row: Mapping[Any, Any], view: View) -> Markup:
    now, before = int(row["now"]), int(row["previous"])
    words = f"较上期 {now - before:+,}"
    if before >= PER_CENT_BASE_MIN:
        words += f"（{100 * (now - before) / before:+.1f}%）"
    grade = row["grade"]
    lines = [
        ("投诉", f"{now:,} 件", words),
        (
            "预警",
            f"{row['alert_count']:,.0f} 条",
            "当时环节见右侧"
            if view.is_past
            else f"未处置 {row['open_count']:,.0f}，红色 {row['red_open_count']:,.0f}",
        ),
        (
            f"预警压力（{PRESSURE.unit}）",
            f"{row['mark']} {wording.NOTHING if pd.isna(row['value']) else format(row['value'], '.2f')}",
            "" if pd.isna(row["ratio"]) else f"均值 {row['ratio']:.2f} 倍",
        ),
        ("评级", MARKS[grade].words if isinstance(grade, str) and grade in MARKS else "无评价", ""),
    ]
    why = (
        f"近 {settings().screen.new_days} 天新增红色预警 {row['new_red']:,} 条"
        if row["new_red"]
        else f"投诉{words}"
    )
    return Markup('<div class="spot" data-code="{}"><h3>{}<small>{}</small></h3><dl>{}</dl></div>').format(
        row["code"],
        row["name"],
        why,
        markup.joined(Markup("<dt>{}</dt><dd><b>{}</b> {}</dd>").format(*one) for one in lines),
    )


@dataclass(frozen=True)
class Geometry:
    """How each place is drawn and where its name stands; `has_outlines` where any has more than a point."""

    drawn: Mapping[str, Markup]
    at: Mapping[str, Point]
    has_outlines: bool


@cached.by_build
def _geometry(scope: Scope, region: str | None, at: str | None) -> Geometry:
    """Return outlines, and squares for places that have a point alone, put on the map: the same whatever is counted."""
    found, _ = heat.shapes(scope, region, at)
    rows = regions(queries.build_id(), scope, region, at, None).head(PLACES_MAX)
    rings = {code: _rings(found[code]) for code in rows["code"] if code in found}
    has_point = rows["longitude"].notna() & rows["latitude"].notna()
    points = rows[has_point]
    dots = dict(
        zip(
            points["code"],
            zip(points["longitude"].astype(float), points["latitude"].astype(float), strict=True),
            strict=True,
        )
    )
    known = [point for one in rings.values() for ring in one for point in ring]
    known += [point for code, point in dots.items() if code not in rings]
    if not known:
        return Geometry({}, {}, False)
    left, right = min(x for x, _ in known), max(x for x, _ in known)
    low, high = min(y for _, y in known), max(y for _, y in known)
    squeeze = cos(radians((low + high) / 2))
    scale = min(
        (WIDTH - 2 * EDGE) / max((right - left) * squeeze, 1e-9),
        (HEIGHT - 2 * EDGE) / max(high - low, 1e-9),
        1e6,
    )
    shift = (WIDTH - (right - left) * squeeze * scale) / 2, (HEIGHT - (high - low) * scale) / 2

    def put(point: Point) -> Point:
        return (point[0] - left) * squeeze * scale + shift[0], (high - point[1]) * scale + shift[1]

    drawn: dict[str, Markup] = {}
    where: dict[str, Point] = {}
    for code in rows["code"]:
        if code in rings:
            placed = [[put(point) for point in ring] for ring in rings[code]]
            where[code] = put(dots[code]) if code in dots else _middle(max(placed, key=len))
            drawn[code] = Markup('<path d="{}"/>').format("".join(_path(ring) for ring in placed))
        elif code in dots:
            x, y = where[code] = put(dots[code])
            drawn[code] = Markup('<rect x="{:.1f}" y="{:.1f}" width="32" height="32" rx="4"/>').format(
                x - 16, y - 16
            )
    return Geometry(drawn, where, bool(rings))


def _map(told: Sequence[Mapping[Any, Any]], geometry: Geometry) -> Markup | None:
    """Return the map; None where nothing says where any place lies."""
    if not geometry.drawn:
        return None
    areas = [_area(row, geometry.drawn[row["code"]]) for row in told if row["code"] in geometry.drawn]
    left_out = len(told) - len(areas)
    note = f"{left_out} 个地区既无边界又无坐标，未画在图上。" if left_out else ""
    if not geometry.has_outlines:
        note = f"没有边界数据，以点表示。{note}"
    return Markup(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="地区分布">{}{}</svg>{}'
    ).format(
        WIDTH,
        HEIGHT,
        markup.joined(areas),
        markup.joined(_labels(told, geometry.at)),
        Markup('<p class="note">{}</p>').format(note) if note else "",
    )


def _area(row: Mapping[Any, Any], drawn: Markup) -> Markup:
    return Markup(
        '<g class="area {}" data-code="{}" data-name="{}" tabindex="-1">{}<title>{}</title></g>'
    ).format(
        _classes(row), row["code"], row["name"], drawn, f"{row['name']}：{written(row['value'], PRESSURE)}"
    )


def _classes(row: Mapping[Any, Any]) -> str:
    grade = row["grade"] if isinstance(row["grade"], str) else "none"
    fresh = " fresh-red" if row["new_red"] else ""
    return f"p{'x' if row['class_'] == MISSING else row['class_']} g{grade or 'x'}{fresh}"


def _labels(rows: Sequence[Mapping[Any, Any]], at: Mapping[str, Point]) -> list[Markup]:
    """Return the names and marks that have room, the places under most pressure first."""
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for row in sorted(rows, key=lambda row: (-row["new_red"], -row["class_"], row["code"])):
        if row["code"] not in at:
            continue
        # Told by a sign too, not by the colour of its edge alone.
        name = f"{'▲' if row['new_red'] else ''}{str(row['name'])[:NAME_SIGNS]}"
        wide = SIGN * max(len(name), 3)
        x, y = at[row["code"]]
        x = min(max(x, wide / 2 + 2), WIDTH - wide / 2 - 2)
        y = min(max(y, LINE + 4), HEIGHT - LINE - 4)
        box = (x - wide / 2, y - LINE, x + wide / 2, y + LINE)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        grade = row["grade"]
        letter = MARKS[grade].letter or "灰" if isinstance(grade, str) and grade in MARKS else "–"
        sign = MARKS[grade].sign if isinstance(grade, str) and grade in MARKS else ""
        found.append(
            Markup(
                '<g class="label" data-code="{}" transform="translate({:.1f} {:.1f})"><text y="-3">{}</text>'
                '<text class="by-pressure" y="17">{} {}</text><text class="by-rating" y="17">{} {}</text></g>'
            ).format(row["code"], x, y, name, row["mark"], f"{row['alert_count']:,.0f}", sign, letter)
        )
    return found


def _tiles(told: pd.DataFrame) -> Markup:
    """Return the places as tiles where nothing says where they lie."""
    shown = told.head(48)
    tiles = markup.joined(
        Markup('<li class="area {}" data-code="{}" data-name="{}"><b>{}</b> {}</li>').format(
            _classes(row), row["code"], row["name"], row["name"], f"{row['mark']} {row['alert_count']:,.0f}"
        )
        for row in shown.to_dict("records")
    )
    note = "没有边界数据，也没有坐标，以方格表示。" + (
        f"列出 {len(shown)} / {len(told)} 个。" if len(shown) < len(told) else ""
    )
    return Markup('<ul class="tiles">{}</ul><p class="note">{}</p>').format(tiles, note)


def _legend(told: pd.DataFrame) -> Markup:
    """Return what the marks of both colourings mean."""
    met = told["class_"].value_counts()
    pressure = [
        Markup('<span class="p{}"><i></i>{} {} {}</span>').format(
            of, mark(of, len(RATIO_WORDS)), words, met.get(of, 0)
        )
        for of, words in enumerate(RATIO_WORDS, start=1)
    ]
    if MISSING in met:
        pressure.append(
            Markup('<span class="px"><i></i>{} 无人口 {}</span>').format(mark(MISSING, 1), met[MISSING])
        )
    rating = [
        Markup('<span class="g{}"><i></i>{} {}</span>').format(letter or "x", one.sign, one.letter or "灰")
        for letter, one in MARKS.items()
    ]
    return Markup(
        '<p class="by-pressure" title="{}">{}：{}▲ 红边 新增红色</p><p class="by-rating">等级：{}</p>'
    ).format(PRESSURE.definition, "压力较平均", markup.joined(pressure), markup.joined(rating))


def _rings(geometry: Mapping[str, Any]) -> list[list[Point]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(float(x), float(y)) for x, y, *_ in ring] for polygon in parts for ring in polygon]


def _path(ring: Sequence[Point]) -> str:
    """Return an outline to the whole unit, points that fall together left out."""
    points = dict.fromkeys((round(x), round(y)) for x, y in ring)
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


def _middle(ring: Sequence[Point]) -> Point:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
