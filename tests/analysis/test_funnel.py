"""Funnel limits against the distribution, against the interpolation of Spiegelhalter (2005), and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cockpit.analysis.funnel import funnel, limits

COLUMNS = ["low_95", "high_95", "low_998", "high_998"]


def interpolated(distribution, tail: float) -> float:
    """Return the limit of Spiegelhalter (2005), appendix A.1.1, as a count."""
    first = int(distribution.ppf(tail))
    while distribution.cdf(first) <= tail:
        first += 1
    return first - (distribution.cdf(first) - tail) / distribution.pmf(first)


@settings(max_examples=40)
@given(st.floats(8, 5000), st.sampled_from([("95", 0.025), ("998", 0.001)]))
def test_limits_against_the_interpolated(expected, tail) -> None:
    name, share = tail
    assert_against_the_interpolated(stats.poisson(expected), limits(1.0, [expected]) * expected, name, share)


@pytest.mark.parametrize("trials", [60, 400])
@pytest.mark.parametrize("tail", [("95", 0.025), ("998", 0.001)])
def test_limits_of_shares_against_the_interpolated(trials, tail) -> None:
    found = limits(0.3, [trials], kind="share") * trials
    assert_against_the_interpolated(stats.binom(trials, 0.3), found, *tail)


def assert_against_the_interpolated(distribution, found, name: str, tail: float) -> None:
    low, high = interpolated(distribution, tail), interpolated(distribution, 1 - tail)
    assert np.floor(found[f"low_{name}"][0]) == np.floor(low)
    assert np.ceil(found[f"high_{name}"][0]) == np.ceil(high) + 1


def test_limits_by_hand() -> None:
    # Mean 5: P(X ≥ 10) = 0.0318, P(X ≥ 11) = 0.0137, P(X ≥ 13) = 0.0020, P(X ≥ 14) = 0.0007; P(X ≤ 0) = 0.0067.
    found = limits(5.0, [1.0])
    assert 10 < found["high_95"][0] < 11
    assert 13 < found["high_998"][0] < 14
    assert 0 < found["low_95"][0] < 1
    assert found["low_998"][0] == 0
    wide = limits(5.0, [1.0], dispersion=4.0)
    assert wide["high_95"][0] - 5 == pytest.approx(2 * (found["high_95"][0] - 5))
    assert wide["low_95"][0] == 0
    assert limits(0.9, [3], kind="share")["high_95"][0] == 1


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=30),
    st.sampled_from(["rate", "share"]),
)
def test_dot_and_test_never_disagree(places, kind) -> None:
    exposure = np.array([n for _, n in places])
    events = np.array([min(x, n) for x, n in places])
    found = funnel(events, exposure, kind=kind)
    points = found.points
    if 0 < found.target < (1 if kind == "share" else np.inf):
        beyond = (points["value"] > points["high_95"] + 1e-9) | (points["value"] < points["low_95"] - 1e-9)
        far = (points["value"] > points["high_998"] + 1e-9) | (points["value"] < points["low_998"] - 1e-9)
        on_edge = (points["p_value"] - 0.05).abs().lt(1e-6) | (points["p_value"] - 0.002).abs().lt(1e-6)
        assert ((points["position"].abs() >= 1) == beyond)[~on_edge].all()
        assert ((points["position"].abs() == 2) == far)[~on_edge].all()
    assert points["expected"].sum() == pytest.approx(events.sum())


def test_exact_tails_when_nothing_is_widened() -> None:
    rates = funnel([11, 0, 6], [5, 5, 5], target=1.0).points
    assert rates["p_value"].tolist() == pytest.approx(
        [2 * stats.poisson.sf(10, 5), 2 * stats.poisson.cdf(0, 5), 2 * stats.poisson.sf(5, 5)]
    )
    assert rates["position"].tolist() == [1, -1, 0]
    shares = funnel([0, 20, 9], [20, 20, 20], target=0.3, kind="share").points
    assert shares["p_value"].tolist() == pytest.approx(
        [2 * 0.7**20, 2 * 0.3**20, 2 * stats.binom.sf(8, 20, 0.3)]
    )
    assert shares["position"].tolist() == [-2, 2, 0]


def test_over_dispersion_by_hand() -> None:
    # Expected 100 each: z of ±4 six times each, of ±10 once; winsorised at a tenth all become ±4 or ±(4 … 10).
    events = [60] * 6 + [140] * 6 + [0, 200]
    found = funnel(events, [100] * 14, target=1.0)
    edges = np.quantile([-4.0] * 6 + [4.0] * 6 + [-10, 10], [0.1, 0.9])
    assert edges.tolist() == [-4, 4]
    assert found.dispersion == pytest.approx(16)
    assert found.is_widened
    assert found.points["position"].tolist() == [0] * 12 + [-1, 1]
    plain = funnel([100, 95, 105, 98, 102] * 4, [100] * 20, target=1.0)
    assert plain.dispersion < 1
    assert not plain.is_widened
    assert not funnel([60, 140] * 4, [100] * 8).is_widened


def test_what_cannot_be_told() -> None:
    found = funnel([3, 0, np.nan, 1], [0, 10, 10, np.nan])
    assert found.points["value"].tolist() == pytest.approx([np.nan, 0, np.nan, np.nan], nan_ok=True)
    assert (found.points["position"] == 0).all()
    assert found.points["p_value"].isna().all()
    assert np.isnan(funnel([1], [0]).target)
    assert list(funnel([], []).points.columns)[4:8] == COLUMNS
    assert not len(funnel([], []).points)
    assert funnel([5, 5], [5, 5], kind="share").points["position"].tolist() == [0, 0]
    with pytest.raises(ValueError, match="successes"):
        funnel([2], [1], kind="share")


def test_a_flat_province_is_called_flat() -> None:
    """Of 100 provinces of 400 places at equal risk: dots beyond as stated at most, findings in at most 1 in 20."""
    beyond, far, wrong = [], [], 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        people = np.round(rng.lognormal(8, 1, 400))
        found = funnel(rng.poisson(people * 0.002), people)
        beyond.append((found.points["position"] != 0).mean())
        far.append((found.points["position"].abs() == 2).mean())
        wrong += bool((found.points["direction"] != 0).any())
        assert not found.is_widened
    assert np.mean(beyond) < 0.05
    assert np.mean(far) < 0.002
    assert wrong <= 5
