"""Places against those of like size: by hand, on flat provinces, and with one that stands out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.analysis.peers import against_peers


def test_expected_by_hand() -> None:
    """Nine places, each with the eight others as peers."""
    events, size = [9, 1, 1, 1, 1, 1, 1, 1, 1], [100, 10, 20, 30, 40, 50, 60, 70, 80]
    points = against_peers(events, size).points
    assert points["peers"].tolist() == [8] * 9
    assert points["exposure"][0] == pytest.approx(100 * 8 / 360)
    assert points["exposure"][1] == pytest.approx(10 * 16 / 450)
    assert points["value"][0] == pytest.approx(9 * 360 / 800)


def test_peers_are_those_next_in_size() -> None:
    size = np.arange(1, 31, dtype=float)
    points = against_peers(size**2, size, peers=8).points
    # The fifteenth: 11 … 14 and 16 … 19; the first: 2 … 9.
    near = np.array([11, 12, 13, 14, 16, 17, 18, 19])
    assert points["exposure"][14] == pytest.approx(15 * (near**2).sum() / near.sum())
    assert points["exposure"][0] == pytest.approx(sum(k**2 for k in range(2, 10)) / sum(range(2, 10)))


@pytest.mark.parametrize(
    ("events", "size"),
    [([], []), ([3], [10]), ([1] * 8, [10] * 8), ([0] * 30, [10] * 30), ([1] * 9, [np.nan] * 9)],
)
def test_nothing_to_compare_with(events, size) -> None:
    points = against_peers(events, size).points
    assert len(points) == len(events)
    assert points["value"].isna().all()
    assert not points["direction"].any()


def test_a_flat_province_is_flat_and_one_that_stands_out_is_found() -> None:
    rng = np.random.default_rng(7)
    size = rng.lognormal(7, 0.6, 600)
    claimed = 0
    for _ in range(40):
        claimed += int((against_peers(rng.poisson(size * 0.01), size).points["direction"] != 0).any())
    assert claimed <= 6
    events = rng.poisson(size * 0.01)
    events[17] = 5 * size[17] * 0.01 + 12
    direction = against_peers(events, size).points["direction"]
    assert direction[17] == 1
    assert (direction != 0).sum() <= 3


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 50)), min_size=9, max_size=40, unique_by=lambda x: x[1]
    ),
    st.randoms(),
)
def test_in_any_order(places, random) -> None:
    events, size = (np.array(column) for column in zip(*places, strict=True))
    order = random.sample(range(len(places)), len(places))
    found, mixed = (
        against_peers(e, s).points["exposure"] for e, s in ((events, size), (events[order], size[order]))
    )
    assert mixed.to_numpy() == pytest.approx(found.to_numpy()[order], nan_ok=True)
