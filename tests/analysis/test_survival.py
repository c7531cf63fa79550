"""Kaplan–Meier against the worked example everybody prints, against scipy, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cockpit.analysis.survival import difference, differences, kaplan_meier

# Weeks in remission of leukaemia under 6-MP and placebo: Freireich et al. (1963), Blood 21:699.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_published_curve() -> None:
    """Shares as printed by Cox and Oakes (1984), limits as given by lifelines 0.30."""
    found = kaplan_meier(TREATED, RELAPSED)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for day, share in published.items():
        assert found.at(day)[0] == pytest.approx(share, abs=5e-4)
    assert found.at(6)[1:] == pytest.approx((0.619718, 0.951552), abs=1e-6)
    assert found.at(24)[1:] == pytest.approx((0.188052, 0.680143), abs=1e-6)
    assert (found.median, found.median_low) == (23, 13)
    assert math.isnan(found.median_high)
    assert (found.items, found.ended, found.left_out) == (21, 9, 0)
    assert found.curve["at_risk"].tolist()[:5] == [21, 17, 16, 15, 13]
    placebo = kaplan_meier(PLACEBO, [True] * 21)
    assert (placebo.median, placebo.median_low, placebo.median_high) == (8, 4, 11)


def test_the_published_difference() -> None:
    """The log-rank χ² of these groups is 16.79."""
    days, ended = PLACEBO + TREATED, [1] * 21 + RELAPSED
    first = [True] * 21 + [False] * 21
    found = difference(days, ended, first)
    assert found.p_value == pytest.approx(stats.chi2.sf(16.792941, 1), rel=1e-6)
    assert found.direction == 1
    assert difference(days, ended, np.invert(first)).direction == -1
    assert difference(TREATED, RELAPSED, [True] * 21) == difference([], [], [])
    assert difference([3, 4], [0, 0], [1, 0]).direction == 0


def test_by_hand() -> None:
    # 4 items: one ends on day 2 (3/4 left), one seen open until 3, one ends on 5 (3/4 · 1/2), one open at 9.
    found = kaplan_meier([9, 5, 3, 2, -1, np.nan], [0, 1, 0, 1, 1, 1])
    assert [found.at(day)[0] for day in (0, 1, 2, 4.9, 5, 9)] == [1, 1, 0.75, 0.75, 0.375, 0.375]
    assert math.isnan(found.at(9.5)[0])
    assert found.at(1) == (1, 1, 1)
    assert found.median == 5
    assert found.left_out == 2
    over = kaplan_meier([1, 1], [1, 1])
    assert over.at(30) == (0, 0, 1)
    assert over.median == 1


def test_what_cannot_be_told() -> None:
    nothing = kaplan_meier([], [])
    assert math.isnan(nothing.median)
    assert math.isnan(nothing.at(3)[0])
    assert nothing.curve.columns.tolist() == ["day", "at_risk", "ended", "share", "low", "high"]
    unended = kaplan_meier([3, 4], [0, 0])
    assert unended.at(3) == (1, 1, 1)
    assert math.isnan(unended.median)
    assert kaplan_meier([0], [1]).median == 0


def test_open_items_count() -> None:
    """Of long and short items watched for thirty days, ended ones alone have a median far below the truth."""
    rng = np.random.default_rng(1)
    days = rng.exponential(40, 4000)
    found = kaplan_meier(np.minimum(days, 30), days <= 30)
    assert np.median(days[days <= 30]) < 13
    assert found.median_low <= 40 * math.log(2) <= found.median_high


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_as_scipy_in_any_order(items, random) -> None:
    days, ended = (np.array(column) for column in zip(*items, strict=True))
    found = kaplan_meier(days, ended)
    sample = stats.CensoredData(uncensored=days[ended], right=days[~ended])
    expected = stats.ecdf(sample).sf
    assert found.curve["share"].to_numpy() == pytest.approx(expected.probabilities)
    assert (found.curve["low"] <= found.curve["share"] + 1e-12).all()
    assert (found.curve["share"] <= found.curve["high"] + 1e-12).all()
    order = random.sample(range(len(items)), len(items))
    assert kaplan_meier(days[order], ended[order]).curve.equals(found.curve)
    twice = kaplan_meier(days * 2, ended).curve
    assert twice["day"].tolist() == (found.curve["day"] * 2).tolist()
    assert twice["share"].tolist() == found.curve["share"].tolist()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 20), st.booleans(), st.integers(1, 4), st.booleans()),
        min_size=1,
        max_size=20,
    )
)
def test_counts_stand_for_as_many_items(entries) -> None:
    days, ended, counts, first = (np.array(column) for column in zip(*entries, strict=True))
    each = [np.repeat(column, counts) for column in (days, ended, first)]
    grouped, single = kaplan_meier(days, ended, counts), kaplan_meier(each[0], each[1])
    assert grouped.curve.to_numpy() == pytest.approx(single.curve.to_numpy(), nan_ok=True)
    assert (grouped.items, grouped.ended, grouped.left_out) == (single.items, single.ended, single.left_out)
    told = difference(days, ended, first, counts)
    assert told.p_value == pytest.approx(difference(*each).p_value)
    t, e, f = (column[each[0] >= 0] for column in each)
    if f.any() and not f.all() and e.any():
        of = [stats.CensoredData(uncensored=t[s & e], right=t[s & ~e]) for s in (f, ~f)]
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = stats.logrank(*of)
        if np.isfinite(expected.pvalue):
            assert told.p_value == pytest.approx(expected.pvalue)
            assert told.direction in (0, np.sign(expected.statistic))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(0, 30))
def test_without_open_items_it_is_the_plain_share(days, day) -> None:
    found = kaplan_meier(days, [True] * len(days))
    assert found.at(day)[0] == pytest.approx(np.mean(np.array(days) > day))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 20), st.booleans(), st.integers(1, 40), st.integers(-1, 3)), max_size=30
    )
)
def test_many_groups_at_once_are_each_beside_the_others(entries) -> None:
    columns = [np.array(column) for column in zip(*entries, strict=True)] or [np.array([])] * 4
    days, ended, counts, group = columns
    found = differences(days, ended, group, counts, groups=5)
    assert len(found) == 5
    for number, row in found.iterrows():
        own = group == number
        alone, told = (
            kaplan_meier(days[own], ended[own], counts[own]),
            difference(days, ended, own, counts),
        )
        assert row["ended"] == alone.ended
        assert row["median"] == pytest.approx(alone.median, nan_ok=True)
        assert row["p_value"] == pytest.approx(told.p_value)
        assert row["direction"] == told.direction
