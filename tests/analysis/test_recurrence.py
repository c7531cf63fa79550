"""Prevalence, concentration and recurrence: hand-computed values, and what may be claimed where nothing is."""

import numpy as np
import pandas as pd
import pytest

from cockpit.analysis.concentration import gini
from cockpit.analysis.recurrence import recurring, topics

KEY = ["industry_code", "category"]


def test_topics_by_hand() -> None:
    histogram = pd.DataFrame(
        [("01", "路", 3, 1), ("01", "路", 1, 1), ("02", None, 2, 2), ("01", "水", 4, 1)],
        columns=[*KEY, "complaint_count", "place_count"],
    )
    repeats = pd.DataFrame([("01", "路", 2), ("02", None, 1)], columns=[*KEY, "repeat_count"])
    found = topics(histogram, repeats, 4).set_index(KEY)
    order = ["complaint_count", "repeat_count", "place_count", "prevalence", "repeat_share", "gini"]
    # Of 0, 0, 1, 3 the pairs differ by 0 1 3 1 3 2 in all 10: 2 · 10 / 4² over twice the mean of 1.
    assert found.loc[("01", "路"), order].to_list() == pytest.approx([4, 2, 2, 0.5, 0.5, 10 / 16])
    assert found.loc[("01", "水"), order].to_list() == pytest.approx([4, 0, 1, 0.25, 0, 0.75])
    assert found.loc["02", order].iloc[0].to_list() == pytest.approx([4, 1, 2, 0.5, 0.25, 0.5])
    pd.testing.assert_frame_equal(topics(histogram[::-1], repeats, 4).set_index(KEY), found)
    assert topics(histogram[:0], repeats, 4).empty
    assert topics(histogram, repeats, 0)[["prevalence", "gini"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="more places"):
        topics(histogram, repeats, 1)


def simulated(
    rng: np.random.Generator, places: int, planted: int
) -> tuple[pd.DataFrame, set[tuple[int, int]]]:
    """Return cells of 48 topics in places of different size; some cells have six times their share."""
    mean = np.outer(rng.gamma(4, 100, places), rng.dirichlet(np.full(48, 4)))
    chosen = {(place, int(rng.integers(48))) for place in rng.choice(places, planted, replace=False).tolist()}
    for cell in chosen:
        mean[cell] = mean[cell] * 6
    count = rng.poisson(mean)
    place, topic = np.nonzero(count)
    x = count[place, topic]
    return pd.DataFrame({"place": place, "topic": topic, "complaint_count": x, "repeat_count": x - 1}), chosen


def test_on_a_flat_province_nothing_is_claimed_beyond_the_rate() -> None:
    rng = np.random.default_rng(1)
    claims = [recurring(simulated(rng, 200, 0)[0], 200)["is_recurring"].sum() for _ in range(40)]
    # With nothing to find each claim is false: at most one province in twenty may have any.
    assert np.mean(np.array(claims) > 0) <= 0.125


def test_planted_cells_are_found() -> None:
    rng = np.random.default_rng(2)
    cells, planted = simulated(rng, 300, 20)
    found = recurring(cells, 300)
    hits = found[found["is_recurring"]]
    named = set(zip(hits["place"].tolist(), hits["topic"].tolist(), strict=True))
    assert len(named & planted) >= 18
    assert len(named - planted) <= 2


def test_expected_by_hand() -> None:
    cells = pd.DataFrame(
        [("a", "x", 6, 5), ("a", "y", 2, 0), ("b", "x", 2, 0), ("b", "y", 8, 2)],
        columns=["place", "topic", "complaint_count", "repeat_count"],
    )
    found = recurring(cells, 2)
    # (8 − 6)(8 − 6) / (18 − 6), (8 − 2)(10 − 2) / 16, the same, (10 − 8)² / 10
    assert found["expected"].to_list() == pytest.approx([1 / 3, 3, 3, 0.4])
    assert found["is_recurring"].to_list() == [True, False, False, True]
    assert recurring(cells, 2, repeats_min=3)["is_recurring"].to_list() == [True, False, False, False]
    mixed = recurring(cells[::-1], 2).sort_index()
    pd.testing.assert_frame_equal(mixed, found)


def test_nothing_to_compare_with() -> None:
    one = pd.DataFrame({"place": ["a"], "topic": ["x"], "complaint_count": [9], "repeat_count": [8]})
    assert not recurring(one, 1)["is_recurring"].any()
    assert recurring(one[:0], 0).empty


def test_unevenness_is_that_of_all_places() -> None:
    histogram = pd.DataFrame(
        {
            "industry_code": "a",
            "category": "x",
            "complaint_count": [7, 1, 3],
            "place_count": [2, 5, 4],
        }
    )
    repeats = pd.DataFrame({"industry_code": ["a"], "category": ["x"], "repeat_count": [3]})
    every = np.repeat([0, 7, 1, 3], [9, 2, 5, 4])
    assert topics(histogram, repeats, 20)["gini"].iloc[0] == pytest.approx(gini(every))
