"""How long things take while some are still open, and how soon they come back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats


@dataclass(frozen=True)
class Survival:
    """A Kaplan–Meier curve: `curve` holds one row per day on which something ended or was last seen.

    Columns `day`, `at_risk`, `ended`, `share` still open after it, `low`, `high`. `items` were counted, `ended` of
    them ended, `left_out` had no usable duration. `median` days with its interval; nan where the curve, or its
    limit, has not come down to one half: then less than half has ended so far.
    """

    curve: pd.DataFrame
    items: int
    ended: int
    left_out: int
    median: float
    median_low: float
    median_high: float

    def at(self, day: float) -> tuple[float, float, float]:
        """Return the share still open after so many days and its interval.

        Before the first row that is 1 without doubt; after the last day observed nan, unless all have ended.
        """
        rows = self.curve
        if not len(rows) or (day > rows["day"].iloc[-1] and rows["share"].iloc[-1] > 0):
            return float("nan"), float("nan"), float("nan")
        row = int(rows["day"].searchsorted(day, side="right")) - 1
        if row < 0:
            return 1.0, 1.0, 1.0
        share, low, high = rows[["share", "low", "high"]].iloc[row]
        return float(share), float(low), float(high)


@dataclass(frozen=True)
class Difference:
    """Whether one group ends sooner than another: log-rank p value; direction 1 the first sooner, −1 later, 0 unclear."""

    p_value: float
    direction: int


def kaplan_meier(
    days: ArrayLike, has_ended: ArrayLike, counts: ArrayLike = 1, *, confidence: float = 0.95
) -> Survival:
    """Return the share still open by days since the start, open items counting as long as they were watched.

    `days` from the start to the end, or to the data date for what is still open (`has_ended` false); `counts` says
    how many items each entry stands for. Product-limit
    estimate Π (1 − ended / at risk) (Kaplan and Meier, 1958) with log(−log) limits of Greenwood's
    variance; while nothing has ended both are 1, once everything has, 0 and the upper limit before. The median is the first day with share ≤ 1/2, its interval by the limits likewise (Brookmeyer and Crowley, 1982).

    Medians of ended items alone mislead: what takes long is not among them yet. The recurrence curve is the same
    with days from closure to the next complaint of the same place and topic: 1 − share have come back. Missing
    and negative durations (closing before opening) are left out and counted; empty input gives an empty curve and
    nan medians.
    """
    t, ended, n, left_out = _usable(days, has_ended, counts)
    columns = ["day", "at_risk", "ended", "share", "low", "high"]
    nothing = float("nan")
    if not len(t):
        return Survival(pd.DataFrame(columns=columns, dtype=float), 0, 0, left_out, nothing, nothing, nothing)
    day, position = np.unique(t, return_inverse=True)
    ends = np.bincount(position, weights=n * ended)
    at_risk = n.sum() - np.concatenate(([0], np.bincount(position, weights=n).cumsum()[:-1]))
    share = np.cumprod(1 - ends / at_risk)
    inside = (share > 0) & (share < 1)
    # Greenwood's sum; where all that is left ends at once the share is 0 and no limit exists.
    greenwood = np.cumsum(
        np.divide(ends, at_risk * (at_risk - ends), where=ends < at_risk, out=np.zeros(len(day)))
    )
    log = np.log(np.where(inside, share, 0.5))
    half = stats.norm.isf((1 - confidence) / 2) * np.sqrt(greenwood) / -log
    high = pd.Series(np.exp(log * np.exp(-half))).where(inside)
    curve = pd.DataFrame(
        {
            "day": day,
            "at_risk": at_risk,
            "ended": ends,
            "share": share,
            "low": np.where(inside, np.exp(log * np.exp(half)), share),
            "high": high.ffill().fillna(1.0),
        }
    )
    median, median_low, median_high = (
        _first(day, curve[name].to_numpy() <= 0.5) for name in ("share", "low", "high")
    )
    return Survival(curve, int(n.sum()), int(ends.sum()), left_out, median, median_low, median_high)


def difference(
    days: ArrayLike,
    has_ended: ArrayLike,
    in_first: ArrayLike,
    counts: ArrayLike = 1,
    *,
    confidence: float = 0.95,
) -> Difference:
    """Return whether the items marked `in_first` end sooner than the others, by the log-rank test (Mantel, 1966).

    `days`, `has_ended` and `counts` as with `kaplan_meier`, `in_first` one per entry too. The statistic is ended −
    expected in the first group over the root of the hypergeometric variance, summed over the days. Missing and
    negative durations are left out; with no item on a side, or nothing ended, p is 1.
    """
    marked = np.broadcast_arrays(np.asarray(days, float), np.asarray(in_first, float))[1]
    t, ended, n, _ = _usable(days, has_ended, counts)
    first = _usable(days, has_ended, counts, marked)[2]
    if not len(t):
        return Difference(1.0, 0)
    _, position = np.unique(t, return_inverse=True)
    ends, ends_first = (np.bincount(position, held * ended).astype(float) for held in (n, first))
    at_risk, at_risk_first = (np.bincount(position, weights=held)[::-1].cumsum()[::-1] for held in (n, first))
    p_value, side = (float(one[0]) for one in _log_rank(ends, at_risk, ends_first[None], at_risk_first[None]))
    return Difference(p_value, int(side) if p_value < 1 - confidence else 0)


def differences(
    days: ArrayLike,
    has_ended: ArrayLike,
    group: ArrayLike,
    counts: ArrayLike = 1,
    *,
    groups: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return for each of so many groups how it ends beside all others: `ended`, `median`, `p_value`, `direction`.

    `group` numbers the group of each entry from 0; other numbers belong to none and count among the others.
    `median` is that of `kaplan_meier`, `p_value` and `direction` those of `difference`, for all groups at once: many
    groups share their days. A group without an entry has no median and p 1.
    """
    marked = np.broadcast_arrays(np.asarray(days, float), np.asarray(group, float))[1]
    t, ended, n, _ = _usable(days, has_ended, counts)
    # Missing days are missing in any group: the numbers pass as weights do.
    of = _usable(days, has_ended, 1, marked)[2]
    day, position = np.unique(t, return_inverse=True)
    known = (of >= 0) & (of < groups)
    at = of[known].astype(int) * len(day) + position[known]
    ends, seen = (np.bincount(position, held, len(day)).astype(float) for held in (n * ended, n))
    ends_own, seen_own = (
        np.bincount(at, held[known], groups * len(day)).astype(float).reshape(groups, len(day))
        for held in (n * ended, n)
    )
    at_risk, at_risk_own = (np.flip(np.flip(held, -1).cumsum(-1), -1) for held in (seen, seen_own))
    p_values, sides = _log_rank(ends, at_risk, ends_own, at_risk_own)
    share = np.cumprod(
        1 - np.divide(ends_own, at_risk_own, out=np.zeros(at_risk_own.shape), where=at_risk_own > 0), -1
    )
    is_half = share <= 0.5
    return pd.DataFrame(
        {
            "ended": ends_own.sum(-1).astype(int),
            "median": [_first(day, reached) for reached in is_half],
            "p_value": p_values,
            "direction": np.where(p_values < 1 - confidence, sides, 0).astype(int),
        }
    )


def _log_rank(
    ends: NDArray[np.float64],
    at_risk: NDArray[np.float64],
    ends_own: NDArray[np.float64],
    at_risk_own: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return p value and sign (1 sooner) of groups, a row each, against the rest, from ends and items at risk by day."""
    share = at_risk_own / at_risk
    spread = np.divide(at_risk - ends, at_risk - 1, out=np.zeros(len(ends)), where=at_risk > 1)
    variance = (ends * share * (1 - share) * spread).sum(-1)
    z = np.divide(
        (ends_own - ends * share).sum(-1),
        np.sqrt(variance),
        out=np.zeros(len(variance)),
        where=variance > 0,
    )
    return 2 * stats.norm.sf(np.abs(z)), np.sign(z)


def _usable(
    days: ArrayLike, has_ended: ArrayLike, counts: ArrayLike, weights: ArrayLike = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], int]:
    """Return days, ends and counts (times weights) of the entries with a duration, and how many items have none."""
    t, ended, n, w = np.broadcast_arrays(
        np.asarray(days, float), np.asarray(has_ended, bool), np.asarray(counts, float), weights
    )
    usable = np.isfinite(t) & (t >= 0)
    return t[usable], ended[usable], (n * w)[usable], int(n[~usable].sum())


def _first(day: NDArray[np.float64], reached: NDArray[np.bool_]) -> float:
    return float(day[reached.argmax()]) if reached.any() else float("nan")
