"""How complaints gather in few places or industries, and which parts drive a change."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cockpit.analysis.discovery import FDR, direction, q_values
from cockpit.analysis.rates import PER_CENT_BASE_MIN, change_p_values

VITAL_SHARE = 0.8


@dataclass(frozen=True)
class Spread:
    """How widely a problem is spread over places, beside what falling at random on residents alone would give.

    Shares from 0 to 1: `prevalence` of places with at least one, `prevalence_by_chance`; `gini`, and the 95 %
    band `gini_low` to `gini_high` by chance; `is_concentrated` when the Gini lies above it.
    """

    places: int
    total: int
    prevalence: float
    prevalence_by_chance: float
    gini: float
    gini_low: float
    gini_high: float
    is_concentrated: bool


def hhi(counts: ArrayLike) -> float:
    """Return the Herfindahl–Hirschman index Σ share², from 1 / parts (even) to 1 (all in one part).

    1 / hhi is the number of equal parts as concentrated as these (times 10,000 in competition law). Missing
    counts are none; no events at all, or empty input, give nan. Raises ValueError for negative counts.
    """
    x = _counts(counts)
    return float(((x / x.sum()) ** 2).sum()) if x.sum() else float("nan")


def gini(counts: ArrayLike) -> float:
    """Return the Gini coefficient, from 0 (all parts alike) to 1 − 1 / parts (all in one part).

    G = 2 Σ i · x₍ᵢ₎ / (n Σ x) − (n + 1) / n over the n parts in ascending order, empty parts included. Small
    counts are uneven by chance alone: see `spread`. Missing counts are none; no events at all, or empty
    input, give nan. Raises ValueError for negative counts.
    """
    return float(_gini(_counts(counts)[None])[0])


def _gini(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.sort(counts, axis=1)
    parts, total = x.shape[1], x.sum(axis=1)
    ranked = x @ np.arange(1, parts + 1)
    g = np.full(len(x), np.nan)
    np.divide(2 * ranked, parts * total, out=g, where=total > 0)
    g -= (parts + 1) / max(parts, 1)
    return g


def spread(counts: ArrayLike, exposure: ArrayLike, *, draws: int = 199, seed: int = 0) -> Spread:
    """Return prevalence and Gini of a problem over places, and what chance alone would give.

    Chance is the same total dealt to the places in proportion to their exposure (residents), `draws` times,
    the band being mean ± 1.96 standard deviations of the draws; the same seed gives the same band. A universal problem has a prevalence near that of chance and a Gini
    inside the band; a Gini of 0.6 over villages with one complaint each on average is chance. Places without
    exposure are left out. No places or no events give nan and no claim.
    """
    x, n = np.broadcast_arrays(_counts(counts), np.asarray(exposure, float))
    has = np.isfinite(n) & (n > 0)
    x, n = x[has], n[has]
    total = int(x.sum())
    if not total:
        unknown = float("nan")
        prevalence = 0.0 if len(x) else unknown
        return Spread(len(x), 0, prevalence, prevalence, unknown, unknown, unknown, False)
    share = n / n.sum()
    dealt = np.random.default_rng(seed).multinomial(total, share, size=draws).astype(float)
    by_chance = _gini(dealt)
    low, high = by_chance.mean() + np.array([-1.96, 1.96]) * by_chance.std()
    found = gini(x)
    return Spread(
        places=len(x),
        total=total,
        prevalence=float((x > 0).mean()),
        prevalence_by_chance=float((1 - (1 - share) ** total).mean()),
        gini=found,
        gini_low=float(low),
        gini_high=float(high),
        is_concentrated=bool(found > high),
    )


def pareto(counts: pd.Series) -> pd.DataFrame:
    """Return the parts, largest first: `count`, `share`, `cumulative` share, `is_vital`.

    Vital are the largest parts that together first reach 80 %. Equal counts are ordered by their label.
    Missing counts are none; without events shares are nan and nothing is vital; empty input gives an empty
    frame. Raises ValueError for negative counts.
    """
    frame = pd.DataFrame({"count": _counts(counts)}, index=counts.index).sort_index()
    frame = frame.sort_values("count", ascending=False, kind="stable")
    total = frame["count"].sum()
    frame["share"] = frame["count"] / total if total else np.nan
    # Summed before dividing: counts are exact where shares are not.
    before = frame["count"].cumsum() - frame["count"]
    frame["cumulative"] = (before + frame["count"]) / total if total else np.nan
    frame["is_vital"] = (before < VITAL_SHARE * total) & (frame["count"] > 0)
    return frame


def contributions(
    before: pd.Series, now: pd.Series, *, exposure_ratio: float = 1.0, fdr: float = FDR
) -> pd.DataFrame:
    """Return what each part adds to the change of the total: a waterfall, the greatest change first.

    Columns: `before`, `now`, `change`, `start` and `end` of the step (from the total before to the total now:
    the steps add up exactly), `percent` (nan under a base of 10), `p_value` of the two-count test, `q_value`
    over all parts, `direction` (±1 where q ≤ fdr). `exposure_ratio` is later over earlier exposure (the length
    of unequal periods) and moves per cent and test only. Parts are matched by label; one missing on a side
    counts 0 there. Empty input gives an empty frame. Raises ValueError for negative counts.
    """
    frame = pd.DataFrame({"before": before, "now": now}).fillna(0).astype(int)
    frame["change"] = frame["now"] - frame["before"]
    frame = frame.sort_index().sort_values("change", key=lambda c: -c.abs(), kind="stable")
    frame["end"] = frame["before"].sum() + frame["change"].cumsum()
    frame["start"] = frame["end"] - frame["change"]
    known = frame["before"].where(frame["before"] >= PER_CENT_BASE_MIN)
    frame["percent"] = 100 * (frame["now"] / exposure_ratio / known - 1)
    frame["p_value"] = change_p_values(frame["now"], frame["before"], exposure_ratio=exposure_ratio)
    frame["q_value"] = q_values(frame["p_value"])
    difference = frame["now"] - frame["before"] * exposure_ratio
    frame["direction"] = direction(difference, frame["q_value"], fdr=fdr)
    return frame[["before", "now", "change", "start", "end", "percent", "p_value", "q_value", "direction"]]


def _counts(counts: ArrayLike) -> NDArray[np.float64]:
    x: NDArray[np.float64] = np.nan_to_num(np.asarray(counts, float))
    if (x < 0).any():
        raise ValueError("counts must not be negative")
    return x
