"""Which places have more or less than places of like size."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cockpit.analysis.discovery import FDR
from cockpit.analysis.funnel import Funnel, funnel

PEERS = 20
PEERS_MIN = 8
"""With fewer the expected number would itself be chance."""


def against_peers(events: ArrayLike, size: ArrayLike, *, peers: int = PEERS, fdr: float = FDR) -> Funnel:
    """Return the funnel of O/E where expected is what places of like size have, in proportion to size.

    Peers of a place are the `peers` others nearest to it in the order of their sizes, half of them smaller and half
    larger where there are so many; expected = size · Σ events of peers / Σ size of peers. The points are those of
    `funnel` with the target 1, `exposure` being the expected number, and `peers` how many there are. Expected is
    taken as known: with twenty peers its own error is small beside that of one place. Where places of like size
    differ among themselves beyond chance the limits are widened. A place without size, or with fewer than eight
    peers, or whose peers have no events, has a missing value and nothing claimed; empty input gives no points.
    """
    x, n = np.broadcast_arrays(np.asarray(events, float), np.asarray(size, float))
    has = np.flatnonzero(np.isfinite(x) & np.isfinite(n) & (n > 0))
    order = has[np.argsort(n[has], kind="stable")]
    among = min(peers, max(len(order) - 1, 0))
    expected = np.full(x.shape, np.nan)
    if among >= PEERS_MIN:
        rank = np.arange(len(order))
        first = np.clip(rank - among // 2, 0, len(order) - among - 1)
        totals = [np.concatenate(([0.0], values[order].cumsum())) for values in (x, n)]
        own = (x[order], n[order])
        of_events, of_size = (
            total[first + among + 1] - total[first] - one for total, one in zip(totals, own, strict=True)
        )
        expected[order] = n[order] * of_events / of_size
    found = funnel(x, np.where(expected > 0, expected, np.nan), target=1, fdr=fdr)
    points = found.points.assign(peers=pd.array(np.where(np.isfinite(expected), among, 0), dtype="int64"))
    return Funnel(points, found.target, found.dispersion, found.is_widened)
