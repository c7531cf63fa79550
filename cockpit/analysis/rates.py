"""Rates of rare events in small places: intervals, shrinkage, and when a change may be called one."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special, stats

from cockpit.analysis.discovery import FDR, direction, q_values

PER_CENT_BASE_MIN = 10


@dataclass(frozen=True)
class Change:
    """A count against an earlier one: per cent (None on a small base), p value, and whether it is more than chance."""

    now: int
    before: int
    percent: float | None
    p_value: float
    is_significant: bool


@dataclass(frozen=True)
class ShareChange:
    """A share against another: difference in points of 1 with its interval, and p value; nan where it is unknown."""

    difference: float
    low: float
    high: float
    p_value: float


def poisson_interval(
    events: ArrayLike, exposure: ArrayLike, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the exact interval of the rate events / exposure, element by element.

    Low is χ²(α/2; 2x) / 2n, high is χ²(1 − α/2; 2x + 2) / 2n (Garwood, 1936). Zero events give a low of 0;
    an exposure of zero, below zero or missing gives nan on both sides; empty input gives empty arrays.
    """
    x, n = np.broadcast_arrays(np.asarray(events, float), np.asarray(exposure, float))
    tail = (1 - confidence) / 2
    n = np.where(n > 0, n, np.nan)
    # χ²(p; 2k) / 2 is the gamma quantile of shape k; the distributions of scipy.stats would cost ten times as much.
    low = np.where(x > 0, special.gammaincinv(np.where(x > 0, x, 1), tail), 0.0)
    high = special.gammainccinv(x + 1, tail)
    return low / n, high / n


def wilson_interval(successes: int, trials: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson, 1927), as fractions; nan twice for no trials.

    Raises ValueError when successes are not within 0 and trials.
    """
    low, high = wilson_intervals([successes], [trials], confidence=confidence)
    return float(low[0]), float(high[0])


def wilson_intervals(
    successes: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return `wilson_interval` element by element: (x + z²/2 ± z·√(x(n − x)/n + z²/4)) / (n + z²)."""
    x, n = np.broadcast_arrays(np.asarray(successes, float), np.asarray(trials, float))
    if ((x < 0) | (x > n)).any():
        raise ValueError("a share has between none and as many successes as trials")
    n = np.where(n > 0, n, np.nan)
    z = stats.norm.isf((1 - confidence) / 2)
    centre, half = x + z**2 / 2, z * np.sqrt(x * (n - x) / n + z**2 / 4)
    # Of none and of all the ends are exact; rounding would leave them a hair beside.
    low = np.where(x == 0, 0.0, (centre - half) / (n + z**2))
    high = np.where(x == n, 1.0, (centre + half) / (n + z**2))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def share_change(
    successes: int, trials: int, other_successes: int, other_trials: int, *, confidence: float = 0.95
) -> ShareChange:
    """Return how one share differs from that of other trials, with Newcombe's hybrid score interval.

    Newcombe (1998), Statistics in Medicine 17:873, method 10: the ends of both Wilson intervals combined. The p value
    is that of the score test, difference over √(p(1 − p)(1/n + 1/m)) with p the share of both together; 1 where
    both are none or all. No trials on a side give nan. Raises ValueError when successes are not within 0 and trials.
    """
    low, high = wilson_interval(successes, trials, confidence=confidence)
    other_low, other_high = wilson_interval(other_successes, other_trials, confidence=confidence)
    if not (trials and other_trials):
        unknown = float("nan")
        return ShareChange(unknown, unknown, unknown, unknown)
    share, other = successes / trials, other_successes / other_trials
    difference = share - other
    both = (successes + other_successes) / (trials + other_trials)
    spread = math.sqrt(both * (1 - both) * (1 / trials + 1 / other_trials))
    return ShareChange(
        difference,
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
        float(2 * stats.norm.sf(abs(difference) / spread)) if spread else 1.0,
    )


def rate_prior(events: ArrayLike, exposure: ArrayLike) -> tuple[float, float]:
    """Return the mean rate m and the strength m / a (in exposure) of `empirical_bayes`; infinite where a = 0.

    Without any exposure the mean is nan.
    """
    x, n = _known(events, exposure)
    total = n.sum()
    if not total:
        return float("nan"), float("inf")
    mean = x.sum() / total
    has = n > 0
    spread = (n[has] * (x[has] / n[has] - mean) ** 2).sum() / total - mean * has.sum() / total
    return float(mean), float(mean / spread) if spread > 1e-12 * mean**2 else float("inf")


def empirical_bayes(events: ArrayLike, exposure: ArrayLike, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return one row per place: `raw` rate, `weight`, shrunken `rate`, and the ends `low` and `high` around it.

    Global empirical Bayes after Marshall (1991), by moments: m = Σx / Σn, s² = Σn(r − m)² / Σn,
    a = max(s² − m / n̄, 0), weight = a / (a + m / n), rate = weight · r + (1 − weight) · m. The interval is
    that of the gamma posterior with this rate as its mean (prior mean m, variance a: shape m²/a + x, inverse
    scale m/a + n), widened to hold the rate where the posterior is so skewed that its mean lies beyond it.
    Where nothing varies beyond chance (a = 0, one place alone, no events at all) every place gets m with
    weight 0, and the exact Poisson interval of the whole. A place without exposure has a nan raw rate, weight 0
    and the rate m; without any exposure everything is nan. Empty input gives an empty frame.
    """
    x, n = _known(events, exposure)
    everywhere = np.zeros(x.shape, np.intp)
    return _shrunken(x, n, lambda values: values.sum()[None][everywhere], confidence)


def local_empirical_bayes(
    events: ArrayLike,
    exposure: ArrayLike,
    neighbours: sparse.csr_array,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the columns of `empirical_bayes`, each place drawn towards itself and its neighbours in place of the whole.

    Local empirical Bayes after Marshall (1991): the same moments over the place and those beside it.
    `neighbours` is a places × places array of `space`. A place without neighbours keeps its raw rate and
    exact interval. Never put these rates into Moran's I or Gi*: they hold their neighbours
    already and would be found alike for that alone.
    """
    x, n = _known(events, exposure)
    return _shrunken(x, n, lambda values: values + neighbours @ values, confidence)


def _known(events: ArrayLike, exposure: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, n = np.asarray(events, float), np.asarray(exposure, float)
    has = np.isfinite(n) & (n > 0) & np.isfinite(x)
    return np.where(has, x, 0.0), np.where(has, n, 0.0)


def _shrunken(
    x: NDArray[np.float64],
    n: NDArray[np.float64],
    around: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    confidence: float,
) -> pd.DataFrame:
    """Shrink towards sums `around` each place; differences are taken from the overall mean for their digits."""
    has = n > 0
    raw = _ratio(x, n)
    centre = x.sum() / n.sum() if has.any() else np.nan
    whole_x, whole_n = around(x), around(n)
    mean = _ratio(whole_x, whole_n)
    squares = around(np.where(has, n * (raw - centre) ** 2, 0.0))
    variance = _ratio(squares, whole_n) - (mean - centre) ** 2
    spread = variance - _ratio(mean * around(has.astype(float)), whole_n)
    # Below this the difference is rounding alone.
    spread = np.where(spread > 1e-12 * mean**2, spread, 0.0)
    varies = spread > 0
    weight = np.where(whole_n > 0, _ratio(spread * n, spread * n + mean, empty=0.0), np.nan)
    rate = weight * np.where(has, raw, mean) + (1 - weight) * mean
    low, high = poisson_interval(whole_x, whole_n, confidence=confidence)
    shape, inverse_scale = _ratio(mean**2, spread) + x, _ratio(mean, spread) + n
    tail = (1 - confidence) / 2
    low = np.where(varies, special.gammaincinv(shape, tail) / inverse_scale, low)
    high = np.where(
        varies, np.fmax(special.gammainccinv(shape, tail) / inverse_scale, rate), np.fmax(high, rate)
    )
    return pd.DataFrame({"raw": raw, "weight": weight, "rate": rate, "low": low, "high": high})


def _ratio(
    above: NDArray[np.float64], below: NDArray[np.float64], *, empty: float = np.nan
) -> NDArray[np.float64]:
    out = np.full(np.broadcast_shapes(above.shape, below.shape), empty)
    np.divide(above, below, out=out, where=below > 0)
    return out


def poisson_p_value(count: ArrayLike, expected: ArrayLike) -> NDArray[np.float64]:
    """Return the exact two-sided p value of counts against expected numbers, element by element.

    Twice the smaller tail P(X ≤ count) or P(X ≥ count), at most 1: below 0.05 exactly where the interval of
    `poisson_interval` leaves the expected number out. Nothing expected, or a missing number, gives nan.
    """
    x, e = np.broadcast_arrays(np.asarray(count, float), np.asarray(expected, float))
    e = np.where(e > 0, e, np.nan)
    return _two_sided(stats.poisson.cdf(x, e), stats.poisson.sf(x - 1, e))


def _two_sided(lower: ArrayLike, upper: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(np.minimum(1, 2 * np.minimum(lower, upper)), float)


def standardised(observed: ArrayLike, exposure: ArrayLike, *, fdr: float = FDR) -> pd.DataFrame:
    """Return one row per place: `observed`, `expected`, `ratio` O/E, `low`, `high`, `p_value`, `q_value`, `direction`.

    Indirect standardisation: both arrays are places × strata (industries); expected = Σ exposure ·
    (Σ observed / Σ exposure) of the stratum over all places, so that expected adds up to observed. The
    interval is the exact Poisson one (Garwood, 1936) of O over E, the test exact and two-sided, the q value
    over all places; `direction` is 1 or −1 where q ≤ fdr.

    It takes out the mix only where each stratum has an exposure of its own: for shares of complaints (late,
    reopened, substantiated) the complaints of the industry. With residents in every column the mix cancels
    and O/E is the plain rate over the mean rate. A place with nothing expected has a nan ratio, interval and
    test and direction 0; cells without exposure are left out, with what was observed in them; empty input gives an empty frame.
    """
    o, n = _known(observed, exposure)
    expected = n @ _ratio(o.sum(axis=0), n.sum(axis=0), empty=0.0)
    count = o.sum(axis=1)
    ratio = _ratio(count, expected)
    low, high = poisson_interval(count, expected)
    p = poisson_p_value(count, expected)
    q = q_values(p)
    return pd.DataFrame(
        {
            "observed": count,
            "expected": expected,
            "ratio": ratio,
            "low": low,
            "high": high,
            "p_value": p,
            "q_value": q,
            "direction": direction(ratio - 1, q, fdr=fdr),
        }
    )


def location_quotients(counts: pd.DataFrame, *, confidence: float = 0.95, fdr: float = FDR) -> pd.DataFrame:
    """Return one row per cell of places × industries: how much more of an industry a place has than the whole.

    Columns: the two labels `place` and `industry`, `count`, `expected`, `quotient`, `low`, `high`, `p_value`,
    `q_value`, `direction`. Quotient = (count / place's total) / (industry's total / all) = count / expected.
    Interval: of an industry's complaints the share that falls into the place is binomial; the exact interval
    of that share (Clopper and Pearson, 1934) over the place's share of all complaints. It takes the latter as
    known, which errs on the wide side where one industry makes up much of a place. The p value is twice the
    smaller exact tail, the q value over all cells. A place or an industry without complaints has a nan
    quotient and test; missing counts are none; empty input gives an empty frame.
    """
    x = np.nan_to_num(counts.to_numpy(float))
    places, industries = x.shape
    trials = np.broadcast_to(x.sum(axis=0), x.shape)
    share = np.broadcast_to(_ratio(x.sum(axis=1), np.full(places, x.sum()))[:, None], x.shape)
    expected = trials * share
    tail = (1 - confidence) / 2
    known = np.where(expected > 0, x, np.nan)
    low = np.where(known > 0, stats.beta.ppf(tail, np.fmax(known, 1), trials - known + 1), known)
    high = np.where(
        known < trials, stats.beta.isf(tail, known + 1, np.fmax(trials - known, 1)), np.sign(known)
    )
    p = _two_sided(stats.binom.cdf(known, trials, share), stats.binom.sf(known - 1, trials, share))
    q = q_values(p)
    quotient = _ratio(known, expected)
    return pd.DataFrame(
        {
            "place": np.repeat(counts.index.to_numpy(), industries),
            "industry": np.tile(counts.columns.to_numpy(), places),
            "count": x.ravel(),
            "expected": expected.ravel(),
            "quotient": quotient.ravel(),
            "low": _ratio(low, share).ravel(),
            "high": _ratio(high, share).ravel(),
            "p_value": p.ravel(),
            "q_value": q.ravel(),
            "direction": direction(quotient - 1, q, fdr=fdr).ravel(),
        }
    )


def change(now: int, before: int, *, exposure_ratio: float = 1.0, confidence: float = 0.95) -> Change:
    """Return how a count compares with an earlier one of the same place.

    Given their sum, the later of two Poisson counts with equal rates is binomial with probability
    e / (1 + e), e being later over earlier exposure (Przyborowski and Wilenski, 1940); the test is exact and
    two-sided. No per cent is given on a base under 10, where one case moves it by more than ten points.
    Both counts zero give a p value of 1. Raises ValueError for negative counts or exposure.
    """
    if now < 0 or before < 0 or exposure_ratio <= 0:
        raise ValueError("counts must not be negative, exposure must be positive")
    percent = 100 * (now / exposure_ratio / before - 1) if before >= PER_CENT_BASE_MIN else None
    total = now + before
    p_value = (
        float(stats.binomtest(now, total, exposure_ratio / (1 + exposure_ratio)).pvalue) if total else 1.0
    )
    return Change(now, before, percent, p_value, p_value < 1 - confidence)


def change_p_values(now: ArrayLike, before: ArrayLike, *, exposure_ratio: float = 1.0) -> NDArray[np.float64]:
    """Return the p value of `change` for each pair of counts, all at once: a library's test takes pair by pair.

    Two-sided: the probability of all splits of the sum as likely as the one found, or less. Both counts zero give 1,
    empty input gives an empty array. Raises ValueError for negative counts or exposure.
    """
    after, earlier = np.asarray(now, float), np.asarray(before, float)
    if (after < 0).any() or (earlier < 0).any() or exposure_ratio <= 0:
        raise ValueError("counts must not be negative, exposure must be positive")
    total, later_share = after + earlier, exposure_ratio / (1 + exposure_ratio)
    is_less = after < total * later_share
    # Seen from the side on which the count found lies above its mean.
    found, share = np.where(is_less, earlier, after), np.where(is_less, 1 - later_share, later_share)
    bound = stats.binom.pmf(found, total, share) * (1 + 1e-7)
    # Up to the mean probabilities rise: how many there are as small is found by halving.
    low, high = np.zeros(total.shape), np.floor(total * share) + 1
    while (is_open := low < high).any():
        middle = np.floor((low + high) / 2)
        is_small = stats.binom.pmf(middle, total, share) <= bound
        low, high = (
            np.where(is_open & is_small, middle + 1, low),
            np.where(is_open & ~is_small, middle, high),
        )
    far, near = stats.binom.cdf(low - 1, total, share), stats.binom.sf(found - 1, total, share)
    return np.asarray(np.minimum(far + near, 1.0), float)
