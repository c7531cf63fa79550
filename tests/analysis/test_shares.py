"""Shrunken shares by hand and by what must hold; classes of a map."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cockpit.analysis.classes import MISSING, ZERO, classes
from cockpit.analysis.shrinkage import shrunken_shares


def test_shares_by_hand() -> None:
    # m = 15/30, S = 10·.16 + 10·.16 + 0 = 3.2, chance leaves .25·2 = .5, room .25·(30 − 10 − 2) = 4.5:
    # ρ = 2.7/4.5 = .6, M = .4/.6 = 2/3, so that of 1 in 10 stays (1 + 1/3) / (10 + 2/3) = .125.
    found = shrunken_shares([1, 9, 5, 0], [10, 10, 10, 0])
    assert found["share"].to_list() == pytest.approx([0.125, 0.875, 0.5, 0.5])
    assert found["weight"].to_list() == pytest.approx([0.9375, 0.9375, 0.9375, 0])
    assert np.isnan(found["raw"].iloc[3])


def test_shares_that_differ_by_chance_alone_are_the_share_of_all() -> None:
    found = shrunken_shares([5, 5, 1], [10, 10, 2])
    assert found["share"].to_list() == [0.5] * 3
    assert (found["weight"] == 0).all()
    assert found["low"].iloc[0] < 0.5 < found["high"].iloc[0]


def test_nothing_known_is_nothing_said() -> None:
    assert shrunken_shares([], []).empty
    assert shrunken_shares([0, 0], [0, 0])["share"].isna().all()
    for wrong in (([3], [2]), ([-1], [2]), ([0], [-1]), ([0], [np.nan])):
        with pytest.raises(ValueError, match="as many successes"):
            shrunken_shares(*wrong)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30).map(
        lambda pairs: [(min(one), max(one)) for one in pairs]
    )
)
def test_a_shrunken_share_lies_between_its_own_and_that_of_all(pairs: list[tuple[int, int]]) -> None:
    x, n = (np.array(one, float) for one in zip(*pairs, strict=True))
    found = shrunken_shares(x, n)
    if not n.sum():
        return
    mean = x.sum() / n.sum()
    raw = np.where(n > 0, found["raw"], mean)
    assert (found["share"] >= np.minimum(raw, mean) - 1e-9).all()
    assert (found["share"] <= np.maximum(raw, mean) + 1e-9).all()
    assert (found["low"] <= found["share"]).all()
    assert (found["share"] <= found["high"]).all()


def test_classes_by_hand() -> None:
    found = classes([0, 1, 1, 2, 3, 8, np.nan], count=5)
    assert found.of.tolist() == [ZERO, 1, 1, 2, 3, 4, MISSING]
    assert found.ends == ((1, 1), (2, 2), (3, 3), (8, 8))
    assert classes([0, 0]).ends == ()
    assert classes([]).ends == ()
    assert classes([4, 4, 4]).ends == ((4, 4),)
    with pytest.raises(ValueError, match="positive"):
        classes([-1])


@given(arrays(float, st.integers(0, 60), elements=st.integers(0, 20).map(float)), st.integers(1, 5))
def test_classes_are_in_order_and_hold_all(values: np.ndarray, count: int) -> None:
    found = classes(values, count=count)
    assert len(found.ends) <= count
    for value, of in zip(values, found.of, strict=True):
        assert (of == ZERO) == (value == 0)
        if value:
            assert found.ends[of - 1][0] <= value <= found.ends[of - 1][1]
    assert all(before[1] < after[0] for before, after in zip(found.ends, found.ends[1:], strict=False))
