"""Which sums over places may be told, so that no few persons can be made out, not even by taking sums from each other.

Cell suppression in a hierarchical table (Hundepool et al., Statistical Disclosure Control, 2012, ch. 4): what is hidden
below a place that is shown must itself be of enough persons, as its sum less those shown below it tells it.
"""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pandas as pd

# Rows counted, and how many persons they are of: a place is shown when this holds for both.
MEASURES = (("payment_count", "recipient_count"), ("publication_count", "published_recipient_count"))


def shown(cells: pd.DataFrame, minimum: int) -> npt.NDArray[np.bool_]:
    """Tell which cells of one table may be shown: one row per place, whose sums hold those of the places inside it.

    `cells` has code, parent (of a cell, or of none), is_listed (a place that is shown at all) and MEASURES: counts of
    rows that add up, and of persons, which may be fewer in a place than in its parts together. A place is hidden when it
    has rows of a measure of fewer than `minimum` persons. Where what is hidden inside a place shown could be of so few,
    the smallest shown inside it are hidden too. Empty input gives an empty array.
    """
    counts = cells[[name for pair in MEASURES for name in pair]].to_numpy(dtype=np.int64).tolist()
    codes, listed = cells["code"].tolist(), cells["is_listed"].tolist()
    number = {code: at for at, code in enumerate(codes)}
    inside: dict[int, list[int]] = defaultdict(list)
    roots: list[int] = []
    for at, parent in enumerate(cells["parent"]):
        (inside[number[parent]] if parent in number else roots).append(at)
    found = np.zeros(len(codes), dtype=bool)
    # The outermost shown inside a place, itself left out; and what a place shown tells of beside them.
    below: dict[int, list[int]] = {}
    rests: dict[int, list[int]] = {}
    for at in _inner_first(roots, inside):
        outermost = [one for part in inside[at] for one in ([part] if found[part] else below.pop(part, []))]
        if listed[at] and not _is_small(counts[at], minimum):
            rest = [
                whole - sum(counts[one][column] for one in outermost)
                for column, whole in enumerate(counts[at])
            ]
            while outermost and _is_small(rest, minimum):
                least = min(outermost, key=lambda one: (counts[one][1], codes[one]))
                outermost.remove(least)
                found[least] = False
                rest = [sum(column) for column in zip(rest, rests[least], strict=True)]
                outermost += below.pop(least)
            found[at], rests[at] = True, rest
        below[at] = outermost
    return found


def _is_small(counts: list[int], minimum: int) -> bool:
    """Tell whether there is anything in the counts of MEASURES of too few persons."""
    return any(
        rows > 0 and persons < minimum for rows, persons in zip(counts[::2], counts[1::2], strict=True)
    )


def _inner_first(roots: list[int], inside: dict[int, list[int]]) -> list[int]:
    """Return all places, each after those inside it."""
    order, waiting = [], list(roots)
    while waiting:
        at = waiting.pop()
        order.append(at)
        waiting += inside[at]
    return order[::-1]
