"""Intervals, shrinkage and changes against values worked out by hand or from published tables."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from cockpit.analysis.rates import (
    change,
    change_p_values,
    empirical_bayes,
    local_empirical_bayes,
    location_quotients,
    poisson_interval,
    poisson_p_value,
    share_change,
    standardised,
    wilson_interval,
)
from tests.analysis.sids import COUNTIES, adjacency


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


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_wilson_interval_as_scipy_has_it(successes, more) -> None:
    trials = successes + more
    if trials:
        expected = stats.binomtest(successes, trials).proportion_ci(method="wilson")
        assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_the_differences_of_shares_as_published(counts, low, high) -> None:
    """Table II of Newcombe (1998), method 10."""
    found = share_change(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    table = [[counts[0], counts[1] - counts[0]], [counts[2], counts[3] - counts[2]]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert found.p_value == pytest.approx(expected)
    turned = share_change(*counts[2:], *counts[:2])
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_a_share_of_nothing_differs_from_none() -> None:
    found = share_change(3, 4, 0, 0)
    assert math.isnan(found.difference)
    assert math.isnan(found.p_value)
    assert share_change(3, 3, 5, 5).p_value == 1


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


def test_marshall_as_published() -> None:
    """PySAL (esda.smoothing) prints these five for the sudden infant deaths of 1974–78."""
    frame = empirical_bayes(COUNTIES["deaths_1974"], COUNTIES["births_1974"])
    published = [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    assert frame["rate"].tolist()[:5] == pytest.approx(published, abs=5e-8)


def test_local_marshall_as_published() -> None:
    """Computed once with esda 2.9 (`Spatial_Empirical_Bayes`) on the same figures."""
    frame = local_empirical_bayes(COUNTIES["deaths_1974"], COUNTIES["births_1974"], adjacency())
    assert frame["rate"].tolist()[:8] == pytest.approx(
        [0.00099223, 0.0012639, 0.00097403, 0.00076046, 0.00501539, 0.004765, 0.00140252, 0.00238521],
        abs=5e-9,
    )
    assert (frame["low"] <= frame["rate"] + 1e-15).all()
    assert (frame["rate"] <= frame["high"] + 1e-15).all()


def test_local_without_neighbours() -> None:
    frame = local_empirical_bayes([2, 8, 0], [1000, 1000, 0], sparse.csr_array((3, 3)))
    assert frame["rate"].tolist() == pytest.approx([0.002, 0.008, np.nan], nan_ok=True)
    low, high = poisson_interval([2, 8], 1000)
    assert frame["low"].tolist()[:2] == pytest.approx(low)
    assert frame["high"].tolist()[:2] == pytest.approx(high)
    assert not len(local_empirical_bayes([], [], sparse.csr_array((0, 0))))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5000)), min_size=1, max_size=12))
def test_everybody_a_neighbour_is_the_whole(places) -> None:
    events, exposure = zip(*places, strict=True)
    everybody = sparse.csr_array(1.0 - np.eye(len(places)))
    local = local_empirical_bayes(events, exposure, everybody)
    pd.testing.assert_frame_equal(local, empirical_bayes(events, exposure), rtol=1e-6, atol=1e-12)


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


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=8),
    st.sampled_from([1.0, 2.0, 0.5, 365 / 366, 7.3]),
)
def test_many_changes_at_once_are_those_one_by_one(pairs, ratio) -> None:
    # Equal rates too, where both sides of the distribution meet.
    pairs = [*pairs, (0, 0), (40, round(40 / ratio))]
    found = change_p_values(*zip(*pairs, strict=True), exposure_ratio=ratio)
    assert found.tolist() == pytest.approx(
        [change(now, before, exposure_ratio=ratio).p_value for now, before in pairs], rel=1e-9, abs=1e-300
    )
    assert not len(change_p_values([], []))
    with pytest.raises(ValueError, match="negative"):
        change_p_values([1, -1], [1, 1])


@given(st.integers(0, 60), st.floats(0.05, 60))
def test_the_exact_test_agrees_with_the_interval(count, expected) -> None:
    low, high = poisson_interval(count, 1)
    p = float(poisson_p_value(count, expected))
    assert (p < 0.05) == (expected < low or expected > high) or p == pytest.approx(0.05, rel=1e-6)


def test_the_exact_test_by_hand() -> None:
    # 2·P(X ≥ 3) for a mean of 1: 2·(1 − 2.5/e); 2·P(X ≤ 0) for a mean of 3
    assert poisson_p_value([3, 0], [1, 3]).tolist() == pytest.approx([2 - 5 / math.e, 2 * math.exp(-3)])
    assert np.isnan(poisson_p_value([1, 1], [0, np.nan])).all()


def test_standardising_by_hand() -> None:
    # Late complaints by industry: shares 12/100 and 40/100 overall, so 80·0.12 + 20·0.4 are expected of the first.
    frame = standardised([[8, 8], [4, 32]], [[80, 20], [20, 80]])
    assert frame["expected"].tolist() == pytest.approx([17.6, 34.4])
    assert frame["ratio"].tolist() == pytest.approx([16 / 17.6, 36 / 34.4])
    low, high = poisson_interval(16, 17.6)
    assert (frame["low"][0], frame["high"][0]) == pytest.approx((low, high))
    # Raw, the second looks 2.25 times as late; its mix explains it.
    assert frame["direction"].tolist() == [0, 0]
    assert standardised([[40, 10], [5, 15]], [[80, 20], [80, 80]])["direction"].tolist() == [1, -1]


def test_standardising_without_exposure() -> None:
    frame = standardised([[3, 0], [2, 1]], [[10, 0], [0, 0]])
    assert frame["expected"].tolist() == pytest.approx([3, 0])
    assert np.isnan(frame["ratio"][1])
    assert frame["direction"][1] == 0
    assert not len(standardised(np.empty((0, 2)), np.empty((0, 2))))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8), st.randoms())
def test_expected_adds_up_in_any_order(rows, random) -> None:
    observed = np.array(rows)
    exposure = observed + 5
    frame = standardised(observed, exposure)
    assert frame["expected"].sum() == pytest.approx(frame["observed"].sum())
    order = random.sample(range(len(rows)), len(rows))
    shuffled = standardised(observed[order], exposure[order])
    assert shuffled["ratio"].to_numpy() == pytest.approx(frame["ratio"].to_numpy()[order], nan_ok=True)


def test_location_quotients_by_hand() -> None:
    counts = pd.DataFrame({"农业": [30, 10], "住建": [20, 140]}, index=["甲", "乙"])
    frame = location_quotients(counts).set_index(["place", "industry"])
    # (30/50) / (40/200) = 3; 10 expected; the exact interval of 30 of 40 is 0.588–0.873 (Clopper and Pearson).
    cell = frame.loc[("甲", "农业")]
    assert cell["expected"] == pytest.approx(10)
    assert cell["quotient"] == pytest.approx(3)
    assert (cell["low"], cell["high"]) == pytest.approx((0.5880380 / 0.25, 0.8730852 / 0.25), abs=1e-6)
    assert frame["direction"].tolist() == [1, -1, -1, 1]
    assert frame["count"].sum() == 200
    assert frame["expected"].sum() == pytest.approx(200)


def test_location_quotients_of_nothing() -> None:
    counts = pd.DataFrame({"a": [0, 0], "b": [3, 0], "c": [0.0, np.nan]})
    frame = location_quotients(counts)
    assert frame["quotient"].tolist() == pytest.approx([np.nan, 1, *[np.nan] * 4], nan_ok=True)
    assert (frame["direction"] == 0).all()
    assert list(location_quotients(pd.DataFrame()).columns) == list(frame.columns)
    assert not len(location_quotients(pd.DataFrame()))
    assert not len(location_quotients(pd.DataFrame(columns=["a"])))


def test_a_flat_matrix_has_no_speciality() -> None:
    """Two hundred matrices of independent places and industries: at most 1 in 20 claims anything."""
    rng = np.random.default_rng(1)
    mean = np.outer(rng.gamma(2, 40, 16), rng.dirichlet(np.full(11, 2)))
    wrong = sum(location_quotients(pd.DataFrame(rng.poisson(mean)))["direction"].any() for _ in range(200))
    assert wrong <= 10


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5))
def test_quotients_lie_in_their_interval_and_average_to_one(rows) -> None:
    counts = pd.DataFrame(rows)
    frame = location_quotients(counts).dropna()
    assert (frame["low"] <= frame["quotient"] + 1e-9).all()
    assert (frame["quotient"] <= frame["high"] + 1e-9).all()
    if len(frame):
        weights = frame["expected"]
        assert (frame["quotient"] * weights).sum() == pytest.approx(weights.sum())
