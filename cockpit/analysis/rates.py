"""Rates of rare events in small places: intervals, shrinkage, and when a change may be called one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

PER_CENT_BASE_MIN = 10


@dataclass(frozen=True)
class Change:
    """A count against an earlier one: per cent (None on a small base), p value, and whether it is more than chance."""

    now: int
    before: int
    percent: float | None
    p_value: float
    is_significant: bool


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
    low = np.where(x > 0, stats.chi2.ppf(tail, 2 * np.where(x > 0, x, 1)) / 2, 0.0)
    high = stats.chi2.isf(tail, 2 * x + 2) / 2
    return low / n, high / n


def wilson_interval(successes: int, trials: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson, 1927), as fractions; nan twice for no trials.

    Raises ValueError when successes are not within 0 and trials.
    """
    if trials == 0 and successes == 0:
        return float("nan"), float("nan")
    interval = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


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
    x, n = np.asarray(events, float), np.asarray(exposure, float)
    has = np.isfinite(n) & (n > 0) & np.isfinite(x)
    x, n = np.where(has, x, 0.0), np.where(has, n, 0.0)
    raw = np.divide(x, n, out=np.full(x.shape, np.nan), where=has)
    total = n.sum()
    if not total:
        empty = np.full(x.shape, np.nan)
        return pd.DataFrame({"raw": raw, "weight": empty, "rate": empty, "low": empty, "high": empty})
    mean = x.sum() / total
    variance = float((n[has] * (raw[has] - mean) ** 2).sum() / total)
    spread = max(variance - mean / (total / has.sum()), 0.0)
    if spread <= 0:
        low, high = poisson_interval(x.sum(), total, confidence=confidence)
        return pd.DataFrame(
            {"raw": raw, "weight": 0.0, "rate": mean, "low": float(low), "high": float(high)},
            index=range(len(x)),
        )
    weight = spread * n / (spread * n + mean)
    shape, inverse_scale = mean**2 / spread + x, mean / spread + n
    tail = (1 - confidence) / 2
    rate = weight * np.where(has, raw, mean) + (1 - weight) * mean
    low = stats.gamma.ppf(tail, shape, scale=1 / inverse_scale)
    high = np.maximum(stats.gamma.isf(tail, shape, scale=1 / inverse_scale), rate)
    return pd.DataFrame({"raw": raw, "weight": weight, "rate": rate, "low": low, "high": high})


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
