"""Scores by hand, a published index, and what must hold of any rating."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.analysis import rating
from cockpit.analysis.rates import empirical_bayes, rate_prior
from cockpit.analysis.rating import COLUMNS, MEASURES, Indicator, Scheme
from cockpit.analysis.shrinkage import share_prior, shrunken_shares
from cockpit.rating_rules import rules

VERSION = rules()[-1]
SCHEME = VERSION.scheme
NAMES = [one.measure for one in SCHEME.indicators]


def base(rows: int = 1, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({name: np.zeros(rows) for name in (*COLUMNS, "alert_count")})
    frame["months"] = 12
    return frame.assign(**columns)


SMALL = Scheme(
    (
        Indicator("complaint_late", 50, worst=50, best=0),
        Indicator("satisfaction", 30, worst=40, best=90, minimum=3),
        Indicator("alert_rate", 20, worst=20, best=0),
    )
)


def test_a_score_by_hand() -> None:
    # 10 of 40 late: 25 %, half of the way to 50: 50 points. 13 of 20 satisfied: 65 %, 50 points. 6 of 200: 3 per hundred, 85 points.
    place = base(
        complaint_late_count=[10.0],
        complaint_due_count=[40.0],
        satisfied_count=[13.0],
        rated_count=[20.0],
        substantiated_count=[6.0],
        matter_count=[200.0],
    )
    priors = dict.fromkeys(MEASURES, (0.0, 0.0))
    points = rating.points(rating.values(place, SMALL, priors), SMALL)
    np.testing.assert_allclose(points, [[50, 50, 85]])
    np.testing.assert_allclose(rating.lost(points, SMALL), [[25, 15, 3]])
    np.testing.assert_allclose(rating.scores(points, SMALL), [57])
    assert rating.grades(rating.scores(points, SMALL), SMALL.cuts).tolist() == ["D"]
    # 60 is 3 points up: 6 points of the first (weight 0.5), a value of 22 %, 8.8 of 40; 10 of the second, 70 %, 14 of 20; the
    # third could reach 100 only: 3 points of 100 at a weight of 0.2 are all it has.
    ways = rating.ways_up(place, SMALL, priors)
    assert [(way.indicator, way.grade) for way in ways] == [(0, "C"), (1, "C"), (2, "C")]
    np.testing.assert_allclose([way.wanted for way in ways], [22, 70, 0], atol=1e-9)
    np.testing.assert_allclose([way.cases_wanted for way in ways], [8.8, 14, 0], atol=1e-9)


def test_a_shrunken_value_by_hand() -> None:
    # Mean 0.2 drawn with the strength of 30 cases: 10 of 10 become (10 + 0.2 · 30) / 40 = 0.4.
    place = base(complaint_late_count=[10.0], complaint_due_count=[10.0])
    priors = dict.fromkeys(MEASURES, (0.2, 30.0))
    np.testing.assert_allclose(rating.values(place, SMALL, priors)[0, 0], 40)
    priors = dict.fromkeys(MEASURES, (0.2, float("inf")))
    np.testing.assert_allclose(rating.values(place, SMALL, priors)[0, 0], 20)


def test_priors_are_those_of_the_shrunken_rates_and_shares() -> None:
    rng = np.random.default_rng(5)
    n = rng.integers(5, 200, 60).astype(float)
    x = rng.binomial(n.astype(int), rng.beta(3, 9, 60)).astype(float)
    for found, (mean, strength) in (
        (empirical_bayes(x, n)["rate"], rate_prior(x, n)),
        (shrunken_shares(x, n)["share"], share_prior(x, n)),
    ):
        np.testing.assert_allclose((x + mean * strength) / (n + strength), found)


def test_missing_indicators_deal_their_weight_to_the_others() -> None:
    points = np.array([[80.0, np.nan, 40.0], [np.nan] * 3])
    np.testing.assert_allclose(rating.shares(points, SMALL)[0], [50 / 70, 0, 20 / 70])
    np.testing.assert_allclose(rating.scores(points, SMALL), [(80 * 50 + 40 * 20) / 70, np.nan])
    assert rating.grades(rating.scores(points, SMALL), SMALL.cuts).tolist() == ["C", ""]


point = st.one_of(st.none(), st.floats(0, 100))


@given(st.lists(st.lists(point, min_size=12, max_size=12), min_size=1, max_size=8))
def test_contributions_add_to_the_score(rows: list[list[float | None]]) -> None:
    points = np.array(rows, float)
    score = rating.scores(points, SCHEME)
    known = ~np.isnan(score)
    assert (np.abs(100 - rating.lost(points, SCHEME).sum(axis=1) - score)[known] < 1e-9).all()
    assert ((score[known] >= -1e-9) & (score[known] <= 100 + 1e-9)).all()
    mean = [np.average(row[~np.isnan(row)], weights=SCHEME.weights[~np.isnan(row)]) for row in points[known]]
    np.testing.assert_allclose(score[known], mean, atol=1e-9)


GOOD = {"A": 3, "B": 2, "C": 1, "D": 0}


@st.composite
def places(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(1, 6))
    one = st.integers(0, 60)
    columns = {name: np.array([float(draw(one)) for _ in range(size)]) for name in COLUMNS}
    for measure in MEASURES.values():
        if measure.kind == "share":
            columns[measure.denominator] = columns[measure.denominator] + columns[measure.columns[0]]
    return base(size, **columns)


@settings(max_examples=60, deadline=None)
@given(places(), st.sampled_from(SCHEME.indicators), st.data())
def test_what_improves_never_worsens_a_grade(
    frame: pd.DataFrame, indicator: Indicator, data: st.DataObject
) -> None:
    priors = rating.fit(frame, SCHEME.factors)
    measure = MEASURES[indicator.measure]
    column = measure.columns[0]
    most = frame[measure.denominator] if indicator.best > indicator.worst else frame[column]
    step = data.draw(st.floats(0, 1))
    if indicator.best > indicator.worst:
        better = frame.assign(**{column: frame[column] + step * (most - frame[column])})
    else:
        better = frame.assign(**{column: frame[column] * (1 - step)})
    score, new = (
        rating.scores(rating.points(rating.values(one, SCHEME, priors), SCHEME), SCHEME)
        for one in (frame, better)
    )
    known = ~np.isnan(score)
    assert (new[known] >= score[known] - 1e-9).all()
    for old_grade, new_grade in zip(
        rating.grades(score, SCHEME.cuts)[known], rating.grades(new, SCHEME.cuts)[known], strict=True
    ):
        assert GOOD[new_grade] >= GOOD[old_grade]


@settings(max_examples=30, deadline=None)
@given(places(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame: pd.DataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    frame["place"] = range(len(frame))

    def all_of(rows: pd.DataFrame) -> pd.DataFrame:
        priors = rating.fit(rows, SCHEME.factors)
        points = rating.points(rating.values(rows, SCHEME, priors), SCHEME)
        grade, why = rating.judged(rows, points, SCHEME, priors)
        found = rating.robustness(points, SCHEME).assign(grade=grade, why=why)
        found.index = pd.Index(rows["place"])
        return found.sort_index()

    pd.testing.assert_frame_equal(all_of(frame), all_of(frame.iloc[order]), rtol=1e-6, atol=1e-6)


def test_the_same_seed_draws_the_same() -> None:
    np.testing.assert_array_equal(rating.draws(SCHEME), rating.draws(SCHEME))
    drawn = rating.draws(SCHEME)
    assert drawn.shape == (1000, 12)
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    assert (drawn.max(axis=0) / drawn.min(axis=0) > 1.3).all()


def test_a_score_on_a_cut_is_above_it() -> None:
    assert rating.grades(
        np.array([85.0, 84.999999, 70, 60, 59.9, np.nan, 85 - 1e-12]), SCHEME.cuts
    ).tolist() == [
        "A",
        "B",
        "B",
        "C",
        "D",
        "",
        "A",
    ]


def test_limits_stand_beside_the_grade() -> None:
    grade = np.array(["A", "D", "", "B", "", "C"], object)
    limit = np.array(["C", "C", "C", "D", "D", ""], object)
    assert rating.limited(grade, limit).tolist() == ["C", "D", "", "D", "D", "C"]


def test_grey_without_data() -> None:
    priors = dict.fromkeys(MEASURES, (0.01, 10.0))
    full = {
        "population": 1000.0,
        "complaint_count": 4.0,
        "complaint_due_count": 4.0,
        "rated_count": 4.0,
        "compared_count": 6.0,
        "matter_count": 300.0,
        "record_count": 300.0,
        "alert_due_count": 2.0,
        "item_count": 100.0,
        "public_count": 90.0,
    }
    # Expected: 0.01 · 1,000 complaints and 0.01 · 300 alerts.
    rows = [
        full,
        full | {"months": 11},
        full | {"population": 200.0, "matter_count": 200.0},
        full | {"record_count": 0.0, "matter_count": 0.0, "alert_due_count": 0.0},
        full | {"complaint_count": 0.0, "public_count": 49.0},
        full | {"complaint_count": 0.0, "public_count": 50.0},
    ]
    frame = pd.concat(
        [base(**{name: [value] for name, value in row.items()}) for row in rows], ignore_index=True
    )
    points = rating.points(rating.values(frame, SCHEME, priors), SCHEME)
    assert rating.grey(frame, points, SCHEME, priors).tolist() == [
        "",
        "months",
        "expected",
        "weight",
        "silent",
        "",
    ]


def test_a_silent_place_that_is_bad_stays_bad() -> None:
    priors = dict.fromkeys(MEASURES, (0.5, 0.0))
    frame = base(
        population=[1000.0],
        item_count=[100.0],
        record_count=[50.0],
        entry_late_count=[50.0],
        matter_count=[50.0],
        substantiated_count=[50.0],
        serious_count=[50.0],
        persons_4=[50.0],
        alert_due_count=[50.0],
        alert_late_count=[50.0],
        alert_undone_count=[50.0],
        complaint_due_count=[5.0],
        rectification_due_count=[5.0],
    )
    points = rating.points(rating.values(frame, SCHEME, priors), SCHEME)
    assert rating.grey(frame, points, SCHEME, priors).tolist() == ["silent"]
    assert [one.tolist() for one in rating.judged(frame, points, SCHEME, priors)] == [["D"], [""]]


def test_robustness_by_hand() -> None:
    # All points alike: no weights can move the score, and its grade is certain.
    points = np.array([[90.0] * 12, [75.0] * 12, [20.0] * 12, [np.nan] * 12])
    found = rating.robustness(points, SCHEME)
    assert found.loc[:2, ["p_a", "p_b", "p_c", "p_d"]].to_numpy().tolist() == [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 0, 1],
    ]
    assert found.loc[:2, "rank_low"].tolist() == found.loc[:2, "rank_high"].tolist() == [1, 2, 3]
    assert not found.loc[:2, "is_borderline"].any()
    np.testing.assert_allclose(found.loc[:2, "geometric_score"].astype(float), [90, 75, 20])
    assert found.loc[3].isna().all()


def test_a_place_on_a_cut_is_borderline_and_its_driver_is_named() -> None:
    # One indicator at 0 and all others alike, so that the score is 70: half of the draws fall on each side.
    weight = SCHEME.weights[0]
    points = np.full((1, 12), 70 / (1 - weight))
    points[0, 0] = 0
    [found] = rating.robustness(points, SCHEME).to_dict("records")
    assert found["is_borderline"]
    assert 0.3 < found["p_b"] < 0.7
    assert found["driver"] == 0
    # A weak side is not bought off: the geometric mean lies below.
    assert found["geometric_score"] < 70


def test_the_technology_achievement_index_as_published() -> None:
    """The 23 leaders of the index of the Human Development Report 2001, to the digits that their numbers are printed with.

    UNDP (2001), technical note and annex table A2.1; OECD/JRC (2008), table A.2, has the same numbers, telephones and
    electricity as logarithms with two decimals. Goalposts are the lowest and highest of all countries, those two capped at the mean of
    the OECD; a missing number (royalties of Singapore) counts as the lowest; four dimensions of two indicators each, all of equal weight.
    """
    table = pd.read_csv(Path(__file__).with_name("technology.csv"), index_col="country")
    worst = [0, 0, 0, 0, 0, np.log10(22), 0.8, 0.1]
    best = [994, 272.6, 232.4, 80.8, np.log10(901), np.log10(6969), 12.0, 27.4]
    scheme = Scheme(
        tuple(
            Indicator(name, 12.5, float(low), float(high))
            for name, low, high in zip(table.columns[:-1], worst, best, strict=True)
        )
    )
    points = rating.points(table.drop(columns="published").to_numpy(float), scheme)
    score = rating.scores(points, scheme) / 100
    np.testing.assert_allclose(score, table["published"], rtol=0, atol=0.0015)
    np.testing.assert_allclose(1 - rating.lost(points, scheme).sum(axis=1) / 100, score, atol=1e-12)
    assert score.argsort().tolist() == table["published"].to_numpy().argsort().tolist()


def province(rng: np.random.Generator, places: int, sizes: np.ndarray, willing: float = 1.0) -> pd.DataFrame:
    """Return villages of equal risk: all their counts are drawn by the same rates, by size alone."""
    complaints = rng.poisson(0.02 * willing * sizes)
    matters = rng.poisson(0.05 * sizes)
    found = rng.poisson(0.04 * matters)
    due = rng.poisson(0.08 * matters)
    late = rng.binomial(due, 0.2)
    rated = rng.binomial(complaints, 0.4)
    return base(
        places,
        population=sizes,
        complaint_count=complaints,
        compared_count=complaints,
        repeat_count=rng.binomial(complaints, 0.1),
        rated_count=rated,
        satisfied_count=rng.binomial(rated, 0.7),
        complaint_due_count=complaints,
        complaint_late_count=rng.binomial(complaints, 0.12),
        matter_count=matters,
        record_count=matters,
        entry_late_count=rng.binomial(matters, 0.08),
        substantiated_count=found,
        serious_count=rng.binomial(found, 0.4),
        alert_due_count=due,
        alert_late_count=late,
        alert_undone_count=rng.binomial(late, 0.4),
        persons_1=rng.poisson(0.02 * matters),
        persons_2=rng.poisson(0.002 * matters),
        item_count=116,
        public_count=rng.binomial(116, 0.7, places),
    ).astype(float)


def graded(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    priors = rating.fit(frame, SCHEME.factors)
    points = rating.points(rating.values(frame, SCHEME, priors), SCHEME)
    return rating.judged(frame, points, SCHEME, priors)[0], rating.scores(points, SCHEME)


def test_equal_risk_gives_equal_colours_whatever_the_size() -> None:
    rng = np.random.default_rng(8)
    sizes = np.repeat([300.0, 1000.0, 3000.0, 9000.0], 1500)
    grade, score = graded(province(rng, len(sizes), sizes))
    for size in np.unique(sizes):
        inside = grade[sizes == size]
        known = inside[inside != ""]
        assert len(known) > 1400, size
        # Equal risk, and none that is bad: next to none is yellow or red at any size.
        assert np.isin(known, ("C", "D")).mean() < 0.002, size
    shares = [
        (grade[sizes == size] == "B").mean() / (grade[sizes == size] != "").mean()
        for size in np.unique(sizes)
    ]
    assert max(shares) - min(shares) < 0.05
    means = [np.nanmean(score[sizes == size]) for size in np.unique(sizes)]
    assert max(means) - min(means) < 1


def test_twice_as_many_complaints_of_all_turn_no_place_red() -> None:
    sizes = np.exp(np.random.default_rng(1).normal(7.2, 0.7, 3000))
    before, _ = graded(province(np.random.default_rng(2), 3000, sizes))
    after, _ = graded(province(np.random.default_rng(2), 3000, sizes, willing=2.0))
    red = [np.isin(one, ("C", "D")).mean() for one in (before, after)]
    assert red[1] <= red[0] + 0.002


def test_planted_bad_places_turn_yellow_or_red() -> None:
    """Of places five times as bad as the rest with 1,000 people or more nine in ten are found, and hardly any other is."""
    rng = np.random.default_rng(4)
    sizes = np.exp(rng.normal(7.5, 0.6, 3000))
    frame = province(rng, 3000, sizes)
    bad = np.arange(3000) % 50 == 0
    matters = frame["matter_count"].to_numpy()[bad].astype(int)
    complaints = frame["complaint_count"].to_numpy()[bad].astype(int)
    due = np.maximum(frame["alert_due_count"].to_numpy()[bad].astype(int), 5)
    found = rng.poisson(0.2 * matters)
    late = rng.binomial(due, 0.9)
    planted = {
        "substantiated_count": found,
        "serious_count": rng.binomial(found, 0.7),
        "alert_due_count": due,
        "alert_late_count": late,
        "alert_undone_count": rng.binomial(late, 0.7),
        "persons_1": rng.poisson(0.1 * matters),
        "persons_2": rng.poisson(0.05 * matters),
        "persons_3": rng.poisson(0.02 * matters),
        "public_count": rng.binomial(116, 0.3, bad.sum()),
        "entry_late_count": rng.binomial(matters, 0.4),
        "repeat_count": rng.binomial(complaints, 0.4),
        "complaint_late_count": rng.binomial(complaints, 0.5),
    }
    for name, values in planted.items():
        frame.loc[bad, name] = values.astype(float)
    grade, _ = graded(frame)
    large = sizes >= 1000
    assert np.isin(grade[bad & large], ("C", "D")).mean() >= 0.9
    assert np.isin(grade[~bad], ("C", "D")).mean() <= 0.01


@pytest.mark.parametrize("rows", [0, 1])
def test_no_places_and_one(rows: int) -> None:
    frame = base(rows)
    grade, _ = graded(frame)
    assert grade.tolist() == [""] * rows
    assert len(rating.robustness(np.full((rows, 12), np.nan), SCHEME)) == rows
