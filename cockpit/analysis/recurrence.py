"""What happens everywhere and what keeps coming back: topics over places."""

import numpy as np
import pandas as pd
from scipy import stats

from cockpit.analysis.discovery import FDR, q_values


def topics(histogram: pd.DataFrame, repeats: pd.DataFrame, places: int) -> pd.DataFrame:
    """Return one row per topic: complaint_count, repeat_count, place_count, prevalence, repeat_share, gini.

    `histogram` says how many places (place_count) have so many complaints (complaint_count, from 1) on a topic
    (industry_code, category), `repeats` how many complaints on a topic repeat an earlier one (repeat_count), and
    `places` how many places there are, those without complaints included. prevalence is the share of places with
    at least one complaint, repeat_share the share of complaints that repeat, gini how unevenly complaints lie
    over all places. A missing category is a topic of its own. An empty histogram gives no rows; no places give
    nan; ValueError for more places with complaints than places.
    """
    key = ["industry_code", "category"]
    rows = []
    for topic, one in histogram.groupby(key, dropna=False, sort=True):
        ordered = one.sort_values("complaint_count")
        count, of_places = ordered["complaint_count"].to_numpy(), ordered["place_count"].to_numpy()
        some, total = of_places.sum(), (count * of_places).sum()
        if places and some > places:
            raise ValueError("more places with complaints than places")
        # As concentration.gini, ranks summed over places with the same count; those without any come first.
        ranks = of_places * (places - some + of_places.cumsum() - (of_places - 1) / 2)
        unevenness = (
            2 * (ranks * count).sum() / (places * total) - (places + 1) / places if places else np.nan
        )
        rows.append((*topic, total, some, unevenness))
    found = pd.DataFrame(rows, columns=[*key, "complaint_count", "place_count", "gini"]).merge(
        repeats[[*key, "repeat_count"]], on=key, how="left"
    )
    found["repeat_count"] = found["repeat_count"].fillna(0).astype(int)
    found["prevalence"] = found["place_count"] / (places or np.nan)
    found["repeat_share"] = found["repeat_count"] / found["complaint_count"]
    return found


def recurring(cells: pd.DataFrame, places: int, *, repeats_min: int = 2, fdr: float = FDR) -> pd.DataFrame:
    """Return the cells with `expected`, `p_value`, `q_value` and `is_recurring`, in the order given.

    `cells` has one row per place and topic: place, topic, complaint_count, repeat_count. Expected are (n_p − x)
    (n_t − x) / (n − x) complaints: the place's and the topic's share of all others than the cell's own x. The
    test is the upper Poisson tail; all places × topics are tests of one family (Benjamini and Hochberg, 1995),
    those without a complaint having p = 1. A cell keeps coming back when it has more than chance allows and
    at least `repeats_min` complaints after a closing. Chance repeats alone are many where much is complained
    of, so a count of repeats proves nothing by itself. A single place or topic has nothing to be compared
    with: expected and p are nan, and nothing is claimed. No cells give no rows.
    """
    x = cells["complaint_count"].to_numpy(float)
    of_place = cells.groupby("place")["complaint_count"].transform("sum").to_numpy(float)
    of_topic = cells.groupby("topic")["complaint_count"].transform("sum").to_numpy(float)
    others = x.sum() - x
    expected = np.divide(
        (of_place - x) * (of_topic - x), others, out=np.full(x.shape, np.nan), where=others > 0
    )
    # Where place or topic has no complaint but these, nothing says how many to expect.
    expected = np.where(expected > 0, expected, np.nan)
    p = stats.poisson.sf(x - 1, expected)
    untold = max(0, places * cells["topic"].nunique() - len(cells))
    q = q_values(np.concatenate([p, np.ones(untold)]))[: len(cells)]
    is_recurring = (np.nan_to_num(q, nan=1.0) <= fdr) & (cells["repeat_count"].to_numpy() >= repeats_min)
    return cells.assign(expected=expected, p_value=p, q_value=q, is_recurring=is_recurring)
