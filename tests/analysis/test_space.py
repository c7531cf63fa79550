"""Neighbours, Moran's I and Gi* against published values, brute force, and provinces with nothing or something in them."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cockpit.analysis.rates import empirical_bayes
from cockpit.analysis.space import border_neighbours, hot_spots, moran, nearest_neighbours, within_steps
from tests.analysis.sids import COUNTIES, adjacency

SIDR74 = (1000 * COUNTIES["deaths_1974"] / COUNTIES["births_1974"]).to_numpy()


def grid(side: int) -> sparse.csr_array:
    return border_neighbours([shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)])


def test_moran_as_published() -> None:
    """The tests of PySAL (esda) give 0.24772519320480135 for its SIDR74, a column rounded to six digits."""
    found = moran(SIDR74, adjacency())
    assert found.value == pytest.approx(0.2477252, abs=1e-7)
    assert found.expected == pytest.approx(-1 / 99)
    assert found.p_value <= 0.01
    assert found.is_significant
    assert found.places == 100
    # The arrangement seen counts as one of those possible: never 0.
    assert moran(SIDR74, adjacency(), permutations=9).p_value == pytest.approx(0.2)


def test_gi_star_as_published() -> None:
    """Computed once with esda 2.9 (`G_Local(..., transform="B", star=True).Zs`) on the same figures."""
    z = [-1.69909282, -1.43555209, -1.92214749, -1.55306002, 4.25177239, 2.43385956, -1.42141756, -0.5950699]
    found = hot_spots(SIDR74, adjacency(), permutations=9_999)
    assert found["z"].tolist()[:8] == pytest.approx(z, abs=1e-7)
    assert found["p_value"][4] < 0.02


def test_neighbours_share_a_border_not_a_corner() -> None:
    links = grid(3).toarray()
    assert links.sum(axis=1).tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]
    assert (links == links.T).all()
    overlapping = [shapely.box(0, 0, 1.01, 1), shapely.box(1, 0, 2, 1), None, shapely.Polygon()]
    assert border_neighbours(overlapping).toarray()[0].tolist() == [0, 1, 0, 0]
    assert border_neighbours(overlapping).shape == (4, 4)
    assert border_neighbours([]).shape == (0, 0)


def test_nearest_neighbours() -> None:
    # On the 60th parallel a degree east is half as far as a degree north.
    links = nearest_neighbours([0, 1.5, 0, np.nan], [60, 60, 61, 0], count=1).toarray()
    assert links.tolist() == [[0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    together = nearest_neighbours([5] * 4, [5] * 4, count=2).toarray()
    assert (np.diag(together) == 0).all()
    assert (together.sum(axis=1) >= 2).all()
    assert nearest_neighbours([1], [1]).toarray().tolist() == [[0]]
    assert nearest_neighbours([], []).shape == (0, 0)


def test_steps_go_round_corners() -> None:
    two = within_steps(grid(3)).toarray()
    assert two[0].reshape(3, 3).tolist() == [[0, 1, 1], [1, 1, 0], [1, 0, 0]]
    assert (within_steps(grid(3), 1).toarray() == grid(3).toarray()).all()
    assert within_steps(sparse.csr_array((0, 0))).shape == (0, 0)


def test_the_permutation_is_conditional() -> None:
    """Against drawing the neighbours of each place from the others, one place at a time."""
    rng = np.random.default_rng(5)
    links = nearest_neighbours(rng.uniform(0, 1, 15), rng.uniform(0, 1, 15), count=3)
    values = rng.gamma(1, 1, 15)
    found = hot_spots(values, links, permutations=99_999)["p_value"]
    for place in range(5):
        beside = links[[place]].indices
        others = np.delete(values, place)
        drawn = rng.permuted(np.tile(others, (40_000, 1)), axis=1)[:, : len(beside)].sum(axis=1)
        observed = values[beside].sum()
        tail = min((drawn >= observed - 1e-9).mean(), (drawn <= observed + 1e-9).mean())
        assert found[place] == pytest.approx(min(1, 2 * tail), abs=0.02)


def test_what_cannot_be_told() -> None:
    links = grid(4)
    for values in (np.full(16, 0.3), np.full(16, np.nan), np.zeros(16)):
        found = hot_spots(values, links)
        assert found["z"].isna().all()
        assert (found["direction"] == 0).all()
        assert np.isnan(moran(values, links).value)
        assert moran(values, links).p_value == 1
    empty = sparse.csr_array((0, 0))
    assert list(hot_spots([], empty).columns) == ["z", "neighbours", "p_value", "q_value", "direction"]
    assert not len(hot_spots([], empty))
    assert moran([], empty).places == 0
    assert moran(np.arange(16), sparse.csr_array((16, 16))).p_value == 1
    assert hot_spots(np.arange(16), sparse.csr_array((16, 16)))["p_value"].isna().all()


def test_a_missing_place_takes_its_links_along() -> None:
    values = np.arange(16.0) ** 2
    without = np.delete(np.arange(16), 5)
    holed = np.where(np.arange(16) == 5, np.nan, values)
    links = grid(4)
    found = hot_spots(holed, links, permutations=999).drop(index=5).reset_index(drop=True)
    expected = hot_spots(values[without], links[without][:, without], permutations=999)
    pd.testing.assert_frame_equal(found, expected)
    assert moran(holed, links) == moran(values[without], links[without][:, without])


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1e4), st.floats(-50, 50))
def test_neither_unit_nor_order_matters(seed: int, factor: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    links, values = grid(5), rng.gamma(1, 1, 25)
    order = rng.permutation(25)
    plain, scaled = moran(values, links), moran(values * factor + shift, links)
    shuffled = moran(values[order], links[order][:, order])
    assert scaled.value == pytest.approx(plain.value, abs=1e-8)
    assert shuffled.value == pytest.approx(plain.value, abs=1e-8)
    z = hot_spots(values, links, permutations=99)["z"].to_numpy()
    assert hot_spots(values * factor + shift, links, permutations=99)["z"].to_numpy() == pytest.approx(z)
    moved = hot_spots(values[order], links[order][:, order], permutations=99)["z"].to_numpy()
    assert moved == pytest.approx(z[order])


def province(rng: np.random.Generator) -> tuple[np.ndarray, sparse.csr_array]:
    """Return 900 villages of unequal size, larger ones lying together, and their neighbours."""
    links = grid(30)
    across = np.add.outer(np.arange(30), np.arange(30)).ravel() / 58
    return np.round(rng.lognormal(7 + across, 0.5, 900)), links


def test_a_flat_province_has_no_hot_spots() -> None:
    """Forty provinces of equal risk, half with chance differences of villages: at most 1 in 20 may show any."""
    wrong_spots = wrong_moran = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        people, links = province(rng)
        risk = rng.gamma(4, 1 / 4, 900) if seed % 2 else np.ones(900)
        rates = empirical_bayes(rng.poisson(people * 0.004 * risk), people)["rate"]
        found = hot_spots(rates, within_steps(links), permutations=9_999)
        assert (found["direction"] == 0).mean() > 0.99
        wrong_spots += bool((found["direction"] != 0).any())
        wrong_moran += moran(rates, links, permutations=199).is_significant
    assert wrong_spots <= 5
    assert wrong_moran <= 6


def test_planted_hot_spots_are_found() -> None:
    """Two blocks of 5 × 5 villages at 2.5 times the risk; stated: four fifths of their inside, q under 0.05."""
    inside = np.zeros((30, 30), bool)
    inside[4:7, 4:7] = inside[20:23, 12:15] = True
    hot = np.zeros((30, 30), bool)
    hot[3:8, 3:8] = hot[19:24, 11:16] = True
    near = np.zeros((30, 30), bool)
    near[2:9, 2:9] = near[18:25, 10:17] = True
    found, claimed, wrong = [], 0, 0
    around = within_steps(grid(30))
    for seed in range(10):
        rng = np.random.default_rng(seed)
        people, _ = province(rng)
        risk = rng.gamma(4, 1 / 4, 900) * np.where(hot.ravel(), 2.5, 1)
        rates = empirical_bayes(rng.poisson(people * 0.004 * risk), people)["rate"]
        is_hot = hot_spots(rates, around)["direction"].to_numpy() == 1
        found.append(is_hot[inside.ravel()].mean())
        claimed += is_hot.sum()
        wrong += (is_hot & ~near.ravel()).sum()
    assert np.mean(found) >= 0.8
    assert wrong <= 0.05 * claimed
