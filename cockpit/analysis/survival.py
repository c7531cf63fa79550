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


def kaplan_meier(days: ArrayLike, has_ended: ArrayLike, *, confidence: float = 0.95) -> Survival:
    """Return the share still open by days since the start, open items counting as long as they were watched.

    `days` from the start to the end, or to the data date for what is still open (`has_ended` false). Product-limit
    estimate Π (1 − ended / at risk) (Kaplan and Meier, 1958) with log(−log) limits of Greenwood's
    variance; while nothing has ended both are 1, once everything has, 0 and the upper limit before. The median is the first day with share ≤ 1/2, its interval by the limits likewise (Brookmeyer and Crowley, 1982).

    Medians of ended items alone mislead: what takes long is not among them yet. The recurrence curve is the same
    with days from closure to the next complaint of the same place and topic: 1 − share have come back. Missing
    and negative durations (closing before opening) are left out and counted; empty input gives an empty curve and
    nan medians.
    """
    t, ended = np.broadcast_arrays(np.asarray(days, float), np.asarray(has_ended, bool))
    usable = np.isfinite(t) & (t >= 0)
    left_out = int(np.count_nonzero(~usable))
    t, ended = t[usable], ended[usable]
    columns = ["day", "at_risk", "ended", "share", "low", "high"]
    nothing = float("nan")
    if not len(t):
        return Survival(pd.DataFrame(columns=columns, dtype=float), 0, 0, left_out, nothing, nothing, nothing)
    day, position = np.unique(t, return_inverse=True)
    ends = np.bincount(position[ended], minlength=len(day))
    at_risk = len(t) - np.concatenate(([0], np.bincount(position).cumsum()[:-1]))
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
    return Survival(curve, len(t), int(ended.sum()), left_out, median, median_low, median_high)


def difference(
    days: ArrayLike, has_ended: ArrayLike, in_first: ArrayLike, *, confidence: float = 0.95
) -> Difference:
    """Return whether the items marked `in_first` end sooner than the others, by the log-rank test (Mantel, 1966).

    All three are one per item. Missing and negative durations are left out; with no item on a side, or nothing
    ended, p is 1.
    """
    t, ended, first = np.broadcast_arrays(
        np.asarray(days, float), np.asarray(has_ended, bool), np.asarray(in_first, bool)
    )
    usable = np.isfinite(t) & (t >= 0)
    t, ended, first = t[usable], ended[usable], first[usable]
    if not first.any() or first.all() or not ended.any():
        return Difference(1.0, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.logrank(_sample(t[first], ended[first]), _sample(t[~first], ended[~first]))
    if not np.isfinite(found.pvalue):
        return Difference(1.0, 0)
    # scipy's statistic is negative where the first group has fewer endings than expected.
    sign = int(np.sign(found.statistic)) if found.pvalue < 1 - confidence else 0
    return Difference(float(found.pvalue), sign)


def _sample(days: NDArray[np.float64], ended: NDArray[np.bool_]) -> stats.CensoredData:
    return stats.CensoredData(uncensored=days[ended], right=days[~ended])


def _first(day: NDArray[np.float64], reached: NDArray[np.bool_]) -> float:
    return float(day[reached.argmax()]) if reached.any() else float("nan")
