"""Shares of small places drawn towards the share of all, the more the fewer cases they rest on."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special


def share_prior(successes: ArrayLike, trials: ArrayLike) -> tuple[float, float]:
    """Return the mean share m and the prior strength M of `shrunken_shares`: M is infinite where nothing varies.

    Without any trials the mean is nan.
    """
    x, n = np.asarray(successes, float), np.asarray(trials, float)
    total, has = n.sum(), n > 0
    if not total:
        return float("nan"), float("inf")
    mean, places = x.sum() / total, has.sum()
    spread = mean * (1 - mean)
    room = spread * (total - (n**2).sum() / total - (places - 1))
    excess = (n[has] * (x[has] / n[has] - mean) ** 2).sum() - spread * (places - 1)
    rho = min(max(excess / room, 0.0), 1.0) if room > 0 else 0.0
    return float(mean), float((1 - rho) / rho) if rho else float("inf")


def shrunken_shares(successes: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return one row per place: `raw` share, `weight`, shrunken `share`, and the ends `low` and `high` around it.

    Beta-binomial empirical Bayes by moments (Kleinman, 1973, JASA 68:46): with m = Σx / Σn and S = Σn(p − m)², the
    correlation within a place is ρ = (S − m(1 − m)(k − 1)) / (m(1 − m)(N − Σn²/N − (k − 1))), held between 0 and 1,
    N = Σn over the k places with trials. Prior Beta(mM, (1 − m)M) with M = (1 − ρ) / ρ; share = (x + mM) / (n + M),
    weight = n / (n + M); the interval is that of the beta posterior. Where nothing varies beyond chance (ρ = 0)
    every place gets m with weight 0, and the posterior interval of all together (Jeffreys). A place without trials
    has a nan raw share, weight 0 and the share m; without any trials everything is nan. Empty input gives an empty
    frame. Raises ValueError when successes are not within 0 and trials.
    """
    x, n = np.broadcast_arrays(np.asarray(successes, float), np.asarray(trials, float))
    if (~(n >= 0) | (x < 0) | (x > n)).any():
        raise ValueError("a share has between none and as many successes as trials")
    total, has = n.sum(), n > 0
    raw = np.divide(x, n, out=np.full(n.shape, np.nan), where=has)
    if not total:
        unknown = np.full(n.shape, np.nan)
        return pd.DataFrame(
            {"raw": raw, "weight": np.zeros(n.shape), "share": unknown, "low": unknown, "high": unknown}
        )
    mean, prior = share_prior(x, n)
    tail = (1 - confidence) / 2
    if np.isinf(prior):
        a, b = (np.full(n.shape, one) for one in (x.sum() + 0.5, total - x.sum() + 0.5))
        weight, share = np.zeros(n.shape), np.full(n.shape, mean)
    else:
        weight, share = n / np.maximum(n + prior, 1e-300), (x + mean * prior) / np.maximum(n + prior, 1e-300)
        share = np.where(has, share, mean)
        a, b = x + mean * prior, n - x + (1 - mean) * prior
    low = np.where(a > 0, special.betaincinv(np.where(a > 0, a, 1), np.where(b > 0, b, 1), tail), 0.0)
    high = np.where(b > 0, special.betaincinv(np.where(a > 0, a, 1), np.where(b > 0, b, 1), 1 - tail), 1.0)
    return pd.DataFrame(
        {
            "raw": raw,
            "weight": weight,
            "share": share,
            "low": np.minimum(low, share),
            "high": np.maximum(high, share),
        }
    )
