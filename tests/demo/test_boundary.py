"""Boundaries: parents are the union of their children, neighbours do not overlap, maps stay small."""

import json

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, shape

from cockpit import region_code
from cockpit.demo import boundary
from tests.demo.conftest import Demo


@pytest.fixture(scope="module")
def shapes(county: Demo) -> dict[str, Polygon]:
    return {
        feature["properties"]["code"]: shape(feature["geometry"])
        for level in region_code.LEVELS
        for feature in json.loads((county.folder / f"{level}.geojson").read_text(encoding="utf-8"))[
            "features"
        ]
    }


def children(county: Demo, code: str) -> list[str]:
    return [row[0] for row in county.rows("select code from region where parent = $code", code=code)]


def test_every_region_has_a_small_valid_polygon_around_its_centre(
    county: Demo, shapes: dict[str, Polygon]
) -> None:
    regions = county.rows("select code, longitude, latitude from region")
    assert {row[0] for row in regions} == set(shapes)
    for code, longitude, latitude in regions:
        polygon = shapes[code]
        assert isinstance(polygon, Polygon)
        assert polygon.is_valid
        assert shapely.get_num_coordinates(polygon) <= 60
        assert polygon.contains(shapely.Point(longitude, latitude))


def test_children_cover_their_parent_without_overlap(county: Demo, shapes: dict[str, Polygon]) -> None:
    for code, polygon in shapes.items():
        parts = [shapes[child] for child in children(county, code)]
        if parts:
            whole = shapely.union_all(parts)
            assert whole.area == pytest.approx(polygon.area, rel=1e-6)
            assert sum(part.area for part in parts) == pytest.approx(whole.area, rel=1e-6)
            assert shapely.symmetric_difference(whole, polygon).area < 1e-6 * polygon.area


def test_a_map_of_towns_is_small(county: Demo) -> None:
    assert (county.folder / "town.geojson").stat().st_size < 30_000


def test_eleven_cities_are_small() -> None:
    rng = np.random.default_rng(5)
    parts = boundary.subdivide(boundary.outline(24_000, rng), 11, rng)
    assert len(parts) == 11
    assert len(json.dumps([shapely.geometry.mapping(part) for part in parts])) < 25_000


def test_a_part_cut_off_joins_the_neighbour_with_the_longest_border() -> None:
    left, right, speck = shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(4, 0, 4.5, 1)
    parts = boundary._joined(np.array([left, speck, right], dtype=object), np.array([0, 0, 1]), 2)
    assert parts is not None
    assert [part.area for part in parts] == [4.0, 4.5]
