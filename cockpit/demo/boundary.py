"""Irregular but tidy boundaries: every polygon is cut from its parent, so parents are unions of children."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from scipy.cluster.vq import ClusterError, kmeans2
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import Polygon

# In the open Pacific, so that nobody takes the outline for a real place.
CENTRE = (160.0, 32.0)
DEGREES2_A_VILLAGE = 6.5e-4
CELLS_A_PART = 48
OUTLINE_VERTICES = 58


def outline(villages: int, rng: np.random.Generator) -> Polygon:
    """Return an irregular polygon around CENTRE, in degrees, its area in proportion to the villages."""
    angle = np.linspace(0, 2 * np.pi, OUTLINE_VERTICES, endpoint=False)
    radius = np.ones(OUTLINE_VERTICES)
    for wave in range(2, 24):
        radius += 0.32 / wave * rng.normal() * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.55, 1.6)
    radius *= np.sqrt(villages * DEGREES2_A_VILLAGE / (np.pi * np.mean(radius**2)))
    return Polygon(
        np.round(np.column_stack((CENTRE[0] + radius * np.cos(angle), CENTRE[1] + radius * np.sin(angle))), 4)
    )


def subdivide(
    outer: Polygon, count: int, rng: np.random.Generator, cells: int = CELLS_A_PART
) -> list[Polygon]:
    """Cut a polygon into that many connected parts which cover it and share their edges.

    Voronoi cells of a shaken grid, about so many a part, are clustered by k-means and the borders between
    clusters simplified as a coverage. New vertices have 4 decimals; those where a new border meets the old
    one have 8, so that the area of a parent and that of its parts agree.
    """
    if count == 1:
        return [outer]
    for _ in range(20):
        parts = _attempt(outer, count, rng, cells)
        if parts is not None:
            return parts
    raise RuntimeError(f"no partition into {count} parts found")


def _attempt(outer: Polygon, count: int, rng: np.random.Generator, cells_a_part: int) -> list[Polygon] | None:
    step = np.sqrt(outer.area / (count * cells_a_part))
    west, south, east, north = outer.bounds
    grid = np.stack(
        np.meshgrid(
            np.arange(west - 3 * step, east + 3 * step, step),
            np.arange(south - 3 * step, north + 3 * step, step),
        ),
        axis=-1,
    ).reshape(-1, 2)
    points = grid + rng.uniform(-0.42, 0.42, grid.shape) * step
    try:
        centres, _ = kmeans2(
            points[shapely.contains_xy(outer, points)], count, minit="++", missing="raise", rng=rng
        )
    except ClusterError:
        return None
    label = np.asarray(cKDTree(centres).query(points)[1])
    cells = Voronoi(points)
    ridges = np.asarray(cells.ridge_vertices)
    between = (label[cells.ridge_points[:, 0]] != label[cells.ridge_points[:, 1]]) & (ridges >= 0).all(axis=1)
    borders = shapely.linestrings(np.round(cells.vertices, 4)[ridges[between]])
    lines = shapely.union_all([outer.exterior, *borders])
    found = np.asarray(shapely.get_parts(shapely.polygonize([lines])))
    faces = np.asarray(shapely.transform(found, lambda xy: np.round(xy, 8)), dtype=object)
    inner = shapely.point_on_surface(faces)
    kept = shapely.contains(outer, inner)
    owner = label[np.asarray(cKDTree(points).query(shapely.get_coordinates(inner[kept]))[1])]
    faces = faces[kept]
    parts = _joined(faces, owner, count)
    if parts is None:
        return None
    tidy = shapely.coverage_simplify(parts, step * 0.3, simplify_boundary=False)
    return list(tidy) if all(isinstance(part, Polygon) and part.is_valid for part in tidy) else None


def _joined(faces: npt.NDArray[np.object_], owner: npt.NDArray[np.int64], count: int) -> list[Polygon] | None:
    """Keep the largest face of each owner; the others join the neighbour with the longest common border."""
    parts: dict[int, Polygon] = {}
    rest: list[Polygon] = []
    for index in np.argsort(-shapely.area(faces), kind="stable"):
        if int(owner[index]) in parts:
            rest.append(faces[index])
        else:
            parts[int(owner[index])] = faces[index]
    if len(parts) < count:
        return None
    for face in rest:
        shared = {key: shapely.length(shapely.intersection(part, face)) for key, part in parts.items()}
        key = max(shared, key=lambda key: shared[key])
        joined = shapely.union(parts[key], face)
        if not isinstance(joined, Polygon):
            return None
        parts[key] = joined
    return [parts[key] for key in sorted(parts)]


def write_geojson(path: Path, shapes: Iterable[tuple[str, Polygon]]) -> None:
    """Write a FeatureCollection; each feature has the property `code`."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in shapes
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")),
        encoding="utf-8",
    )
