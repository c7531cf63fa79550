"""Where things lie together: neighbours, Moran's I, and hot and cold spots that are more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, spatial

from cockpit.analysis.discovery import FDR, direction, q_values

PLACES_MIN = 8
"""Fewer places hold too few arrangements to tell a pattern from chance."""


@dataclass(frozen=True)
class Moran:
    """Moran's I (nan when undefined), what chance alone gives on average, p value, places counted."""

    value: float
    expected: float
    p_value: float
    places: int
    is_significant: bool


def border_neighbours(polygons: Sequence[shapely.Geometry | None]) -> sparse.csr_array:
    """Return the symmetric places × places array holding 1 where two polygons share a stretch of border.

    A common point alone does not count (rook, not queen); overlaps left by careless digitising do, gaps do
    not. A missing or empty polygon has no neighbours; empty input gives a 0 × 0 array.
    """
    shapes = np.array(polygons, dtype=object)
    near, far = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = near < far
    near, far = near[once], far[once]
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), shapes[far])) > 0
    return _symmetric(near[shared], far[shared], len(shapes))


def nearest_neighbours(longitude: ArrayLike, latitude: ArrayLike, *, count: int = 6) -> sparse.csr_array:
    """Return the symmetric places × places array holding 1 where one place is among the nearest of the other.

    Degrees; distances on the sphere. With fewer places every other one is a neighbour. A place without
    coordinates has none; empty input gives a 0 × 0 array.
    """
    east, north = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    points = np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    count = min(count, len(known) - 1)
    if count < 1:
        return _symmetric(known[:0], known[:0], len(points))
    tree = spatial.KDTree(points[known])
    found = np.asarray(tree.query(points[known], k=np.arange(1, count + 2))[1])
    # Places at one point are in any order among themselves, so a place need not come first for itself.
    is_self = found == np.arange(len(known))[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    return _symmetric(np.repeat(known, count), known[found[~is_self]], len(points))


def within_steps(neighbours: sparse.csr_array, steps: int = 2) -> sparse.csr_array:
    """Return the places × places array holding 1 where a place is reached over at most so many borders.

    What `hot_spots` needs: with the four to six places next door alone, villages differ so much by chance that
    few hot spots pass the test; two steps take in about a dozen. One step gives the neighbours themselves.
    """
    reached = neighbours
    for _ in range(steps - 1):
        reached = reached + reached @ neighbours
    near, far = reached.nonzero()
    return _symmetric(near[near != far], far[near != far], neighbours.shape[0])


def _symmetric(near: NDArray[np.intp], far: NDArray[np.intp], places: int) -> sparse.csr_array:
    one_way = sparse.coo_array((np.ones(len(near)), (near, far)), shape=(places, places)).tocsr()
    both = one_way + one_way.T
    both.data[:] = 1.0
    return both.tocsr()


def moran(
    values: ArrayLike,
    neighbours: sparse.csr_array,
    *,
    permutations: int = 999,
    seed: int = 0,
    confidence: float = 0.95,
) -> Moran:
    """Return Moran's I of values (empirical-Bayes rates) with row-standardised weights and a permutation test.

    I = (n / S₀) Σᵢ zᵢ · mean(z of the neighbours of i) / Σ z², z being differences from the mean and S₀ the
    number of places with neighbours (Moran, 1950; Cliff and Ord, 1981). Above −1 / (n − 1) like lies by like.
    The p value is two-sided, (1 + arrangements at least as extreme on the nearer side) · 2 / (1 + permutations),
    values being dealt anew to the places `permutations` times; the same seed gives the same p value.

    Missing values are left out together with their links. Undefined, with p = 1: fewer than 8 places with
    values, no links, or no differences at all (shrinkage that found nothing beyond chance gives exactly that).
    """
    x, links = _known(values, neighbours)
    degree = links.sum(axis=1)
    if len(x) < PLACES_MIN or not degree.any() or np.ptp(x) <= 1e-12 * np.abs(x).max():
        return Moran(float("nan"), float("nan"), 1.0, len(x), False)
    z = x - x.mean()
    weights = sparse.diags_array(1 / np.fmax(degree, 1)) @ links
    scale = len(z) / np.count_nonzero(degree) / (z @ z)
    value = float(scale * (z @ (weights @ z)))
    rng = np.random.default_rng(seed)
    chance = np.empty(permutations)
    step = max(1, 2_000_000 // len(z))
    for first in range(0, permutations, step):
        dealt = rng.permuted(np.tile(z, (min(step, permutations - first), 1)), axis=1).T
        chance[first : first + step] = scale * (dealt * (weights @ dealt)).sum(axis=0)
    rounding = 1e-9 * max(1.0, abs(value))
    beyond = min((chance >= value - rounding).sum(), (chance <= value + rounding).sum())
    p_value = min(1.0, 2 * (1 + float(beyond)) / (1 + permutations))
    return Moran(value, -1 / (len(z) - 1), p_value, len(z), p_value < 1 - confidence)


def hot_spots(
    values: ArrayLike,
    neighbours: sparse.csr_array,
    *,
    permutations: int = 99_999,
    seed: int = 0,
    fdr: float = FDR,
) -> pd.DataFrame:
    """Return one row per place: Gi* as `z`, `neighbours`, `p_value`, `q_value`, `direction` (1 hot, −1 cold).

    Gi* = (Σⱼ wⱼxⱼ − W·x̄) / (s·√((n·W − W²) / (n − 1))), the sum over the place itself and its W − 1 neighbours,
    all of weight 1 (Getis and Ord, 1992; Ord and Getis, 1995). The test is by conditional permutation: the
    place keeps its value and its neighbours take a random set of the others; p is two-sided. `direction` is
    set where the Benjamini–Hochberg q value over all places is at most `fdr`. It speaks of the surroundings:
    one high place among ordinary ones is no hot spot (the funnel finds it).

    Measured on 900 villages of about 2,000 residents and 9 complaints whose own rates vary by half, with two
    blocks of 5 × 5 at a higher risk, neighbours within two steps: at 2.5 times the risk 85 % of the inner nine of
    a block are found (17 % with one step) and half of its whole, at twice the risk 45 %, at 1.5 times 5 %; 5 % of what
    is claimed lies outside, touching a block. On the demonstration city a hot county or town of 2.2 times the
    mean rate, as it came out, was found in 70 to 100 % of its villages, one of 1.5 to 2.1 times in 0 to 55 %.

    All places share the same draws, so 24,000 villages with 99,999 permutations take about a second; fewer
    would not do, as the smallest p value 2 / (permutations + 1) must pass the threshold of so many tests. Give
    global empirical-Bayes rates, best their logarithms: a few very high villages then hide fewer others. A place without value or neighbours has nan and direction 0, and so has every
    place when fewer than 8 have values or none differs; empty input gives an empty frame.
    """
    everywhere = np.asarray(values, float)
    found = np.flatnonzero(np.isfinite(everywhere))
    x, links = _known(values, neighbours)
    frame = pd.DataFrame(
        {"z": np.nan, "neighbours": 0, "p_value": np.nan}, index=pd.RangeIndex(len(everywhere))
    )
    degree = np.diff(links.indptr)
    frame.loc[found, "neighbours"] = degree
    if len(x) >= PLACES_MIN and degree.any() and np.ptp(x) > 1e-12 * np.abs(x).max():
        n, around = len(x), links @ x
        weight = degree + 1.0
        spread = x.std() * np.sqrt((n * weight - weight**2) / (n - 1))
        z = np.divide(around + x - weight * x.mean(), spread, out=np.full(n, np.nan), where=spread > 0)
        frame.loc[found, "z"] = np.where(degree > 0, z, np.nan)
        frame.loc[found, "p_value"] = _conditional(x, around, degree, permutations, seed)
    frame["q_value"] = q_values(frame["p_value"])
    frame["direction"] = direction(frame["z"], frame["q_value"], fdr=fdr)
    return frame


def _conditional(
    x: NDArray[np.float64],
    around: NDArray[np.float64],
    degree: NDArray[np.int32],
    permutations: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return the two-sided p value of each neighbourhood sum against those of random other places.

    One draw of distinct places serves all: its first k values are a sum for every place with k neighbours.
    Only where a place is among these k itself, the next drawn stands in for it, which leaves a fair draw of
    the others; so the work grows with draws and places, not with their product.
    """
    draws = _distinct(len(x), int(degree.max()) + 1, permutations, np.random.default_rng(seed))
    drawn = x[draws]
    sums = drawn.cumsum(axis=1)
    rounding = 1e-9 * np.abs(x).max()
    at_least, at_most = np.zeros(len(x)), np.zeros(len(x))
    for k in np.unique(degree[degree > 0]):
        which = degree == k
        chance = np.sort(sums[:, k - 1])
        at_least[which] = permutations - np.searchsorted(chance, around[which] - rounding)
        at_most[which] = np.searchsorted(chance, around[which] + rounding, side="right")
    row, position = np.nonzero(degree[draws] > np.arange(draws.shape[1]))
    place = draws[row, position]
    before = sums[row, degree[place] - 1]
    after = before - x[place] + drawn[row, degree[place]]
    low, high = around[place] - rounding, around[place] + rounding
    np.add.at(at_least, place, (after >= low).astype(float) - (before >= low))
    np.add.at(at_most, place, (after <= high).astype(float) - (before <= high))
    p = np.minimum(1, 2 * (1 + np.minimum(at_least, at_most)) / (1 + permutations))
    return np.where(degree > 0, p, np.nan)


def _distinct(places: int, size: int, draws: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return draws × size places, distinct and in random order within each draw (Floyd's sampling, row-wise)."""
    taken = np.empty((draws, size), np.intp)
    for position, last in enumerate(range(places - size, places)):
        pick = rng.integers(0, last + 1, draws)
        is_taken = (taken[:, :position] == pick[:, None]).any(axis=1)
        taken[:, position] = np.where(is_taken, last, pick)
    return rng.permuted(taken, axis=1)


def _known(values: ArrayLike, neighbours: sparse.csr_array) -> tuple[NDArray[np.float64], sparse.csr_array]:
    x = np.asarray(values, float)
    found = np.flatnonzero(np.isfinite(x))
    return x[found], neighbours[found][:, found]
