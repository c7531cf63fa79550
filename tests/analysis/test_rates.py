"""Intervals, shrinkage and changes against values worked out by hand or from published tables."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.analysis.rates import change, empirical_bayes, poisson_interval, wilson_interval


def test_the_exact_poisson_interval_of_published_tables() -> None:
    low, high = poisson_interval([0, 1, 10], 1)
    assert low == pytest.approx([0, 0.025318, 4.795389], abs=1e-6)
    assert high == pytest.approx([-math.log(0.025), 5.571643, 18.390356], abs=1e-6)
    low, high = poisson_interval([10], [2000], confidence=0.95)
    assert high == pytest.approx([18.390356 / 2000])


def test_a_rate_without_exposure_is_unknown() -> None:
    low, high = poisson_interval([0, 3, 3], [0, -1, np.nan])
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert poisson_interval([], [])[0].shape == (0,)


def test_the_wilson_interval() -> None:
    # p = 0.8, z = 1.959964: (0.8 + z²/20 ± z·√(0.016 + z²/400)) / (1 + z²/10)
    assert wilson_interval(8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-6)
    assert all(math.isnan(end) for end in wilson_interval(0, 0))
    with pytest.raises(ValueError, match=r".+"):
        wilson_interval(3, 2)


def test_marshall_by_hand() -> None:
    # m = 10/2000 = 0.005, s² = 0.003² = 9e-6, m/n̄ = 5e-6, a = 4e-6, weight 4/9.
    frame = empirical_bayes([2, 8], [1000, 1000])
    assert frame["raw"].tolist() == pytest.approx([0.002, 0.008])
    assert frame["weight"].tolist() == pytest.approx([4 / 9, 4 / 9])
    assert frame["rate"].tolist() == pytest.approx([0.033 / 9, 0.057 / 9])
    assert (frame["low"] < frame["rate"]).all()
    assert (frame["rate"] < frame["high"]).all()


def test_marshall_with_unequal_places() -> None:
    # m = 6/600 = 0.01; s² = (100·0.02² + 500·0.004²)/600 = 8e-5; m/n̄ = 0.01/300; a = 14e-5/3.
    frame = empirical_bayes([3, 3], [100, 500])
    a = 14e-5 / 3
    first, second = a / (a + 1e-4), a / (a + 2e-5)
    assert frame["weight"].tolist() == pytest.approx([first, second])
    assert frame["rate"].tolist() == pytest.approx([0.01 + first * 0.02, 0.01 - second * 0.004])


@pytest.mark.parametrize(
    ("events", "exposure", "rate"),
    [([5], [1000], 0.005), ([0, 0], [10, 20], 0.0), ([1, 1], [100, 100], 0.01)],
)
def test_nothing_beyond_chance_gives_the_mean(events, exposure, rate) -> None:
    frame = empirical_bayes(events, exposure)
    assert (frame["weight"] == 0).all()
    assert frame["rate"].tolist() == pytest.approx([rate] * len(events))
    assert (frame["low"] <= frame["rate"]).all()
    assert (frame["high"] >= frame["rate"]).all()


def test_a_place_without_people_takes_the_mean() -> None:
    frame = empirical_bayes([2, 8, 0, 1], [1000, 1000, 0, np.nan])
    assert frame["rate"].tolist()[:2] == pytest.approx([0.033 / 9, 0.057 / 9])
    assert frame["rate"].tolist()[2:] == pytest.approx([0.005, 0.005])
    assert frame["weight"].tolist()[2:] == [0, 0]
    assert frame["raw"].isna().tolist() == [False, False, True, True]
    assert empirical_bayes([1], [0]).isna().all(axis=None)
    assert list(empirical_bayes([], []).columns) == ["raw", "weight", "rate", "low", "high"]
    assert not len(empirical_bayes([], []))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5000)), min_size=1, max_size=12))
def test_shrinkage_lies_between_the_place_and_the_mean(places) -> None:
    events, exposure = zip(*places, strict=True)
    frame = empirical_bayes(events, exposure)
    mean = sum(events) / sum(exposure)
    assert frame["weight"].between(0, 1).all()
    between = (frame["rate"] - frame["raw"]) * (frame["rate"] - mean)
    assert (between <= 1e-12).all()
    assert (frame["low"] <= frame["rate"] + 1e-12).all()
    assert (frame["rate"] <= frame["high"] + 1e-12).all()


def test_a_change_by_hand() -> None:
    # 2·P(X ≥ 12 of 16) = 2·2517/65536, and 2·P(X ≥ 20 of 30) = 2·53009102/2³⁰
    small = change(12, 4)
    assert small.percent is None
    assert small.p_value == pytest.approx(2 * 2517 / 65536)
    doubled = change(20, 10)
    assert doubled.percent == pytest.approx(100)
    assert doubled.p_value == pytest.approx(2 * 53009102 / 2**30)
    assert not doubled.is_significant
    assert change(40, 10).is_significant
    assert change(9, 9).percent is None
    assert change(0, 10).percent == -100
    assert change(0, 0) == change(0, 0).__class__(0, 0, None, 1.0, False)


def test_a_change_allows_for_exposure() -> None:
    even = change(20, 10, exposure_ratio=2.0)
    assert even.percent == pytest.approx(0)
    assert even.p_value == pytest.approx(1)
    with pytest.raises(ValueError, match="negative"):
        change(-1, 0)
