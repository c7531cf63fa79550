"""What happens everywhere and what keeps coming back: topics over places."""

import numpy as np
import pandas as pd
from scipy import stats

from cockpit.analysis.concentration import gini
from cockpit.analysis.discovery import FDR, q_values


def topics(cells: pd.DataFrame, places: int) -> pd.DataFrame:
    """Return one row per topic: complaint_count, repeat_count, place_count, prevalence, repeat_share, gini.

    `cells` has one row per place and topic, with the columns industry_code, category, complaint_count and
    repeat_count; `places` is how many places there are, those without complaints included. prevalence is the
    share of places with at least one complaint, repeat_share the share of complaints that repeat an earlier
    one, gini how unevenly complaints lie over all places. Topics without a category keep a missing one. No
    cells give no rows; no places give nan.
    """
    by_topic = cells.groupby(["industry_code", "category"], dropna=False, sort=True)
    found = by_topic.agg(
        complaint_count=("complaint_count", "sum"),
        repeat_count=("repeat_count", "sum"),
        place_count=("complaint_count", "size"),
    )
    found["prevalence"] = found["place_count"] / (places or np.nan)
    found["repeat_share"] = found["repeat_count"] / found["complaint_count"]
    # Groups are looked at in order, by position: a missing key finds no group by name.
    number = by_topic.ngroup().to_numpy()
    counts = cells["complaint_count"].to_numpy()
    silent = np.zeros(places, int)
    found["gini"] = [
        gini(np.append(mine, silent[len(mine) :])) if places else np.nan
        for mine in (counts[number == topic] for topic in range(len(found)))
    ]
    return found.reset_index()


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
