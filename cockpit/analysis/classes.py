"""Values put into few classes, so that a map and its legend can be read in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING, ZERO = -1, 0


@dataclass(frozen=True)
class Classes:
    """The class of each value (1 the lowest to `len(ends)`, ZERO, MISSING), and the first and last value of each."""

    of: NDArray[np.intp]
    ends: tuple[tuple[float, float], ...]


def classes(values: ArrayLike, *, count: int = 5) -> Classes:
    """Put positive values into at most `count` classes of about as many places each; equal values share one.

    Zeros have a class of their own, nan none. Breaks are quantiles of the positive values (as in a quantile map,
    Slocum et al., Thematic Cartography); `ends` are values that occur. Fewer different values give fewer classes;
    empty input gives none. Raises ValueError for a negative value.
    """
    x = np.asarray(values, float)
    if (x < 0).any():
        raise ValueError("values are none or positive")
    is_positive = x > 0
    of = np.where(np.isnan(x), MISSING, ZERO)
    positive = x[is_positive]
    if not len(positive):
        return Classes(of, ())
    breaks = np.unique(np.quantile(positive, np.arange(1, count) / count, method="lower"))
    found = np.searchsorted(breaks, positive, side="left")
    met = np.unique(found)
    of[is_positive] = np.searchsorted(met, found) + 1
    ends = tuple((float(positive[found == one].min()), float(positive[found == one].max())) for one in met)
    return Classes(of, ends)
