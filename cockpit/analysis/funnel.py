"""Which places stand out once their size is allowed for: funnel limits instead of a league table."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from cockpit.analysis.discovery import FDR, direction, q_values

Kind = Literal["rate", "share"]
"""Events per exposure (Poisson), or successes of trials (binomial)."""
TAILS = {"95": 0.025, "998": 0.001}
WINSORISED_SHARE = 0.1
WIDENED_PLACES_MIN = 10
"""Among fewer places one that stands out would widen the limits over itself."""


@dataclass(frozen=True)
class Funnel:
    """Points of a funnel plot with the target they are held against, and φ, by which the limits were widened if so."""

    points: pd.DataFrame
    target: float
    dispersion: float
    is_widened: bool


def funnel(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    kind: Kind = "rate",
    target: float | None = None,
    fdr: float = FDR,
    has_limits: bool = True,
) -> Funnel:
    """Return the funnel plot of places: one row each, against the target (given, or that of all together).

    Columns: `events`, `exposure`, `value`, `expected`, the limits of `limits`, `p_value` (twice the smaller exact
    tail, limits and tail widened alike), `position` (0 inside; ±1 beyond 95 %, ±2 beyond 99.8 %), `q_value` over
    all places and `direction` (±1 where q ≤ fdr). Of places that differ by chance alone 5 % lie beyond the inner
    and 0.2 % beyond the outer limits: in a large funnel only `direction` may be called a finding.

    Over-dispersion after Spiegelhalter (2005), Statistics in Medicine 24:1185: φ is the mean square of
    z = (events − expected) / √variance, the lowest and highest tenth of z set to their edges; the limits are
    widened by √φ only if φ > 1 + 2√(2 / places) and there are at least 10 places, otherwise `dispersion` is
    reported and not used (by chance alone it is about 0.7, the tenths being drawn in). For O/E give
    the expected counts as exposure and 1 as target. A place without exposure has a missing value and position
    0; without any exposure the target is nan; empty input gives an empty frame. Whoever draws no limits leaves
    them out with `has_limits`: of thousands of places they take most of the time. Raises ValueError when a share
    has more successes than trials.
    """
    x, n = np.broadcast_arrays(np.asarray(events, float), np.asarray(exposure, float))
    has = np.isfinite(x) & np.isfinite(n) & (n > 0)
    x, n = np.where(has, x, np.nan), np.where(has, n, np.nan)
    if kind == "share" and (x > n).any():
        raise ValueError("a share has at most as many successes as trials")
    if target is None:
        target = float(np.nansum(x) / np.nansum(n)) if has.any() else float("nan")
    expected = n * target
    variance = expected * (1 - target) if kind == "share" else expected
    z = np.divide(x - expected, np.sqrt(variance), out=np.full(x.shape, np.nan), where=variance > 0)
    z = z[np.isfinite(z)]
    dispersion = 1.0
    if len(z):
        edges = np.quantile(z, [WINSORISED_SHARE, 1 - WINSORISED_SHARE])
        dispersion = float((np.clip(z, *edges) ** 2).mean())
    is_widened = len(z) >= WIDENED_PLACES_MIN and dispersion > 1 + 2 * np.sqrt(2 / len(z))
    widening = dispersion if is_widened else 1.0
    p = _p_value(expected + (x - expected) / np.sqrt(widening), n, target, kind)
    q = q_values(p)
    side = np.nan_to_num(np.sign(x - expected))
    points = pd.DataFrame({"events": x, "exposure": n, "value": x / n, "expected": expected})
    if has_limits:
        points = points.join(limits(target, n, kind=kind, dispersion=widening))
    points["p_value"] = p
    points["position"] = (side * ((p < 0.05).astype(int) + (p < 0.002))).astype(int)
    points["q_value"] = q
    points["direction"] = direction(side, q, fdr=fdr)
    return Funnel(points, target, dispersion, bool(is_widened))


def limits(
    target: float, exposure: ArrayLike, *, kind: Kind = "rate", dispersion: float = 1.0
) -> pd.DataFrame:
    """Return `low_95`, `high_95`, `low_998`, `high_998` around the target for each exposure (for the curves).

    Exact Poisson or binomial limits, made smooth by the continuous form of the distribution (incomplete gamma
    and beta function): a count reaches the upper limit exactly when P(X ≥ count) ≤ 2.5 % or 0.1 %, so that dot
    and test never disagree. Low limits lie between the same two counts as those interpolated by Spiegelhalter
    (2005, A.1.1), high ones one count further out: his let more than the stated share out where counts are small. Distances from the target are
    multiplied by √dispersion. A low limit of 0 means that no count is too low, a high one of 1 that no
    share is too high. A missing exposure or target
    gives nan; empty input an empty frame.
    """
    n = np.asarray(exposure, float)
    n = np.where(n > 0, n, np.nan)
    expected = n * target
    ends = {}
    for name, tail in TAILS.items():
        if kind == "share":
            low, high = special.bdtrik(tail, n, target), special.bdtrik(1 - tail, n, target) + 1
        else:
            low, high = special.pdtrik(tail, expected), special.pdtrik(1 - tail, expected) + 1
        ends[f"low_{name}"] = np.maximum(target + np.sqrt(dispersion) * (low - expected) / n, 0.0)
        ends[f"high_{name}"] = target + np.sqrt(dispersion) * (high - expected) / n
        if kind == "share":
            ends[f"high_{name}"] = np.minimum(ends[f"high_{name}"], 1.0)
    return pd.DataFrame(ends)


def _p_value(
    count: NDArray[np.float64], exposure: NDArray[np.float64], target: float, kind: Kind
) -> NDArray[np.float64]:
    if kind == "share":
        at_least = np.where(
            count > 0, special.betainc(np.fmax(count, 1e-300), exposure - count + 1, target), 1.0
        )
        at_most = np.where(
            count < exposure, special.betainc(np.fmax(exposure - count, 1e-300), count + 1, 1 - target), 1.0
        )
    else:
        at_least = special.gammainc(count, exposure * target)
        at_most = special.gammaincc(count + 1, exposure * target)
    p = np.minimum(1, 2 * np.minimum(at_least, at_most))
    return np.where(np.isfinite(count) & (exposure * target > 0), p, np.nan)
