"""Concentration by hand, and identities of Pareto shares and waterfalls."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.analysis.concentration import contributions, gini, hhi, pareto, spread

COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=20)


def test_hhi_by_hand() -> None:
    assert hhi([50, 30, 20]) == pytest.approx(0.25 + 0.09 + 0.04)
    assert hhi([7, 7, 7, 7]) == pytest.approx(0.25)
    assert hhi([0, 9, np.nan]) == 1
    assert math.isnan(hhi([]))
    assert math.isnan(hhi([0, 0]))


def test_gini_by_hand() -> None:
    # Mean absolute difference of 1, 2, 3, 4 is 20 / 16; half of it over the mean of 2.5 is 0.25.
    assert gini([4, 1, 3, 2]) == pytest.approx(0.25)
    assert gini([5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert math.isnan(gini([]))
    assert math.isnan(gini([0, np.nan]))
    with pytest.raises(ValueError, match="negative"):
        gini([-1])


@given(COUNTS, st.integers(2, 9))
def test_scale_and_order_change_nothing(counts, factor) -> None:
    if sum(counts):
        assert gini(np.array(counts) * factor) == pytest.approx(gini(counts))
        assert gini(counts[::-1]) == pytest.approx(gini(counts))
        assert 1 / len(counts) - 1e-12 <= hhi(counts) <= 1
        assert hhi(counts + counts) == pytest.approx(hhi(counts) / 2)
        pairs = np.abs(np.subtract.outer(counts, counts)).mean() / 2 / np.mean(counts)
        assert gini(counts) == pytest.approx(pairs)


def test_pareto_by_hand() -> None:
    frame = pareto(pd.Series({"c": 10, "a": 60, "b": 10, "d": 20}))
    assert frame.index.tolist() == ["a", "d", "b", "c"]
    assert frame["cumulative"].tolist() == pytest.approx([0.6, 0.8, 0.9, 1])
    assert frame["is_vital"].tolist() == [True, True, False, False]
    nothing = pareto(pd.Series({"a": 0}))
    assert nothing["share"].isna().all()
    assert not nothing["is_vital"].any()
    assert not len(pareto(pd.Series(dtype=float)))


@given(COUNTS)
def test_vital_parts_just_reach_their_share(counts) -> None:
    frame = pareto(pd.Series(counts))
    assert frame["count"].sum() == sum(counts)
    if sum(counts):
        assert frame["share"].sum() == pytest.approx(1)
        vital = frame.loc[frame["is_vital"], "count"]
        assert vital.sum() >= 0.8 * sum(counts) - 1e-9
        assert vital.sum() - vital.min() < 0.8 * sum(counts)


def test_a_waterfall_by_hand() -> None:
    before, now = (
        pd.Series({"农业": 20, "住建": 5, "民政": 30}),
        pd.Series({"农业": 60, "民政": 25, "教育": 4}),
    )
    frame = contributions(before, now)
    assert frame.index.tolist() == ["农业", "住建", "民政", "教育"]
    assert frame["change"].tolist() == [40, -5, -5, 4]
    assert frame["start"].tolist() == [55, 95, 90, 85]
    assert frame["end"].tolist() == [95, 90, 85, 89]
    assert frame["percent"].tolist() == pytest.approx([200, np.nan, -100 / 6, np.nan], nan_ok=True)
    assert frame["direction"].tolist() == [1, 0, 0, 0]
    assert contributions(before, before * 2, exposure_ratio=2.0)["direction"].tolist() == [0, 0, 0]
    assert not len(contributions(pd.Series(dtype=float), pd.Series(dtype=float)))


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 99), max_size=8),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 99), max_size=8),
)
def test_parts_add_up_to_the_change(before, now) -> None:
    frame = contributions(pd.Series(before, dtype=float), pd.Series(now, dtype=float))
    assert frame["change"].sum() == sum(now.values()) - sum(before.values())
    if len(frame):
        assert frame["start"].iloc[0] == sum(before.values())
        assert frame["end"].iloc[-1] == sum(now.values())
        assert (frame["start"].iloc[1:].to_numpy() == frame["end"].iloc[:-1].to_numpy()).all()


def test_spread_by_hand() -> None:
    found = spread([2, 0, 0, 0], [1, 1, 1, 1])
    assert found.prevalence == 0.25
    assert found.prevalence_by_chance == pytest.approx(1 - 0.75**2)
    assert found.gini == pytest.approx(0.75)
    assert not found.is_concentrated
    assert spread([0, 0], [5, 5]).prevalence == 0
    assert math.isnan(spread([], []).prevalence)
    assert spread([3, 9], [5, 0]).total == 3


def test_what_is_everywhere_is_told_from_what_is_gathered() -> None:
    """At one complaint a village the Gini is high by chance: 200 even problems, at most 1 in 20 called concentrated."""
    rng = np.random.default_rng(1)
    people = np.round(rng.lognormal(7, 0.5, 500))
    even = [spread(rng.poisson(people / people.mean()), people) for _ in range(200)]
    assert np.mean([found.gini for found in even]) > 0.5
    assert sum(found.is_concentrated for found in even) <= 12
    risk = rng.gamma(1, 1, 500)
    gathered = [spread(rng.poisson(people / people.mean() * risk), people) for _ in range(20)]
    assert all(found.is_concentrated for found in gathered)
    assert all(found.prevalence < found.prevalence_by_chance for found in gathered)
