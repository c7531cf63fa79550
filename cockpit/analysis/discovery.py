"""Many tests at once: which of them may be called findings."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

FDR = 0.05


def q_values(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the q value of each p value: the smallest false discovery rate at which it is a finding.

    Step-up after Benjamini and Hochberg (1995) over all values together, in the shape given: of what has
    q ≤ 0.05, one in twenty is expected to be chance. A missing p value stays missing and does not count as a
    test; empty input gives an empty array.
    """
    p = np.asarray(p_values, float)
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = stats.false_discovery_control(p[known])
    return q


def direction(difference: ArrayLike, q: ArrayLike, *, fdr: float = FDR) -> NDArray[np.int8]:
    """Return 1 where the difference is above zero and more than chance, −1 below, 0 where nothing can be claimed.

    Missing differences and q values give 0; empty input gives an empty array.
    """
    sign = np.sign(np.nan_to_num(np.asarray(difference, float)))
    return np.where(np.nan_to_num(np.asarray(q, float), nan=1.0) <= fdr, sign, 0).astype(np.int8)
