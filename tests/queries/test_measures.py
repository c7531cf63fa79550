"""Each measure against a value worked out by hand."""

import math
from datetime import date

import pandas as pd
import pytest

from cockpit.queries import ALERT_COUNTS, COMPLAINT_COUNTS, effect
from cockpit.queries.document import markdown
from cockpit.queries.measures import MEASURES, evaluate, with_person_years, years

COUNTS = {
    "population": 2000,
    "complaint_count": 50,
    "closed_count": 40,
    "due_count": 45,
    "on_time_count": 36,
    "rated_count": 20,
    "satisfied_count": 15,
    "handling_days_sum": 100.0,
}
# 2025 has 365 days, 365 / 365.25 years; 50 complaints over 2,000 people.
BY_HAND = {
    "complaint_count": 50,
    "complaint_rate": 25.0171,
    "closure_rate": 80,
    "on_time_rate": 80,
    "complaint_open_count": 10,
    "complaint_overdue_count": 5,
    "satisfaction_rate": 75,
    "response_rate": 50,
    "handling_days_mean": 2.5,
    "alert_count": 20,
    "alert_open_count": 8,
    "alert_overdue_count": 3,
    "red_open_count": 2,
    "verified_rate": 50,
    "substantiation_rate": 60,
    "recovered": 600,
    "persons": 3,
    "clue_rate": 20,
    "case_rate": 10,
    "sanction_rate": 5,
    "sanctioned": 3,
    "sanctioned_per_clue": 75,
    "recovery_share": 25,
    "coverage_rate": 87.5,
}
ALERTS = {
    "alert_count": 20,
    "open_count": 8,
    "overdue_count": 3,
    "red_open_count": 2,
    "verified_count": 10,
    "substantiated_count": 6,
    "persons_sum": 3,
    "recovered_sum": 600.0,
    "clue_count": 4,
    "case_count": 2,
    "sanction_count": 1,
    "sanctioned_sum": 3,
    "recovering_count": 5,
}
VILLAGES = {"village_count": 8, "covered_count": 7}


def frame(subject: str) -> pd.DataFrame:
    counts = {"alert": ALERTS, "village": VILLAGES, "complaint": {**COUNTS, "overdue_count": 5}}[subject]
    return with_person_years(pd.DataFrame([counts, {"complaint_count": 1, "alert_count": 1}]), *YEAR)


YEAR = (date(2025, 1, 1), date(2025, 12, 31))


def test_every_measure_has_its_value_by_hand() -> None:
    assert set(BY_HAND) == set(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_gives_its_value_by_hand(name: str) -> None:
    measure = MEASURES[name]
    assert evaluate(frame(measure.subject), measure).iloc[0] == pytest.approx(BY_HAND[name], abs=5e-5)


@pytest.mark.parametrize("name", [name for name, one in MEASURES.items() if one.denominator])
def test_a_share_of_nothing_is_null(name: str) -> None:
    measure = MEASURES[name]
    nothing = pd.DataFrame([{measure.numerator: 0, measure.denominator: 0}])
    assert math.isnan(evaluate(nothing, measure).iloc[0])
    assert math.isnan(evaluate(pd.DataFrame([{measure.numerator: 3}]), measure).iloc[0])
    assert not len(evaluate(pd.DataFrame({measure.numerator: []}), measure))


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_defined_in_words_and_counts_what_queries_give(name: str) -> None:
    measure = MEASURES[name]
    assert measure.definition.endswith("。")
    if measure.denominator:
        assert "分子" in measure.definition
        assert "分母" in measure.definition
    given = {
        "complaint": {*COMPLAINT_COUNTS, "person_years", "open_count"},
        "alert": {*ALERT_COUNTS, *effect.COUNTS},
        "village": {"village_count", "covered_count"},
    }[measure.subject]
    assert {measure.numerator, measure.denominator or measure.numerator} <= given
    assert measure.share is None or measure.share in MEASURES
    assert f"`{name}`" in markdown()


def test_years_count_both_days() -> None:
    assert years(date(2024, 1, 1), date(2024, 12, 31)) == pytest.approx(366 / 365.25)
    assert years(date(2025, 3, 1), date(2025, 3, 1)) == pytest.approx(1 / 365.25)
