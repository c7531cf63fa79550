"""Before and after against controls: worked by hand, turned round, and as often wrong as it says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cockpit.analysis.campaign import compare


def counts(*rows: tuple[str, bool, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["campaign", "is_treated", "before", "after"])


def test_effect_and_interval_by_hand() -> None:
    # 50/100 against 400/400; the controls do not differ at all, so that φ is 1 and the variance that of Woolf (1955).
    found = compare(counts(("c", True, 100, 50), ("c", False, 300, 300), ("c", False, 100, 100))).iloc[0]
    error = np.sqrt(1 / 100 + 1 / 50 + 1 / 400 + 1 / 400)
    reach = 12.7062047364 * error  # Student's, 97.5 %, one degree of freedom
    assert (found["effect"], found["ratio"], found["control_ratio"]) == pytest.approx((0.5, 0.5, 1))
    assert found["dispersion"] == 1
    assert (found["low"], found["high"]) == pytest.approx((0.5 * np.exp(-reach), 0.5 * np.exp(reach)))
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(np.log(2) / error, 1))
    assert found["direction"] == 0


def test_controls_that_differ_widen_the_interval() -> None:
    # Expected after: half of 300 and of 300; χ² = (100 − 150)²/75 twice = 66.67 over one degree of freedom.
    found = compare(counts(("c", True, 100, 50), ("c", False, 200, 100), ("c", False, 100, 200))).iloc[0]
    assert found["dispersion"] == pytest.approx(2 * 50**2 / 75)


def test_a_clear_fall_among_many_is_claimed() -> None:
    still = [("a", False, 100, 101), ("a", False, 100, 99), ("a", False, 100, 100), ("a", False, 90, 91)]
    found = compare(
        counts(("a", True, 200, 50), *still, ("b", True, 200, 205), *[("b", *row[1:]) for row in still])
    )
    assert found.set_index("campaign")["direction"].to_dict() == {"a": -1, "b": 0}
    assert (found["q_value"] >= found["p_value"]).all()


@pytest.mark.parametrize(
    "rows",
    [
        [("c", True, 9, 3), ("c", False, 50, 50), ("c", False, 50, 50)],
        [("c", True, 90, 30), ("c", False, 50, 50)],
        [("c", True, 90, 30), ("c", False, 50, 50), ("c", False, 0, 0)],
        [("c", True, 90, 30), ("c", False, 4, 50), ("c", False, 5, 50)],
        [("c", True, 90, 30), ("c", False, 50, 0), ("c", False, 50, 0)],
        [("c", True, 90, 30)],
    ],
)
def test_too_little_is_not_judged(rows: list[tuple[str, bool, int, int]]) -> None:
    found = compare(counts(*rows)).iloc[0]
    assert not found["is_judged"]
    assert found[["effect", "low", "high", "p_value", "q_value"]].isna().all()
    assert found["direction"] == 0


def test_nothing_gives_nothing() -> None:
    assert not len(compare(counts()))
    assert "effect" in compare(counts())


def test_none_left_after_has_an_effect_and_an_interval() -> None:
    found = compare(counts(("c", True, 60, 0), *[("c", False, 100, 100)] * 5)).iloc[0]
    assert found["is_judged"]
    assert 0 < found["low"] < found["effect"] < found["high"] < 1


cell = st.integers(10, 400)


@given(st.tuples(cell, cell), st.lists(st.tuples(cell, cell), min_size=2, max_size=8))
def test_turned_round_it_is_the_inverse(own: tuple[int, int], others: list[tuple[int, int]]) -> None:
    def effect(flip: int) -> pd.Series:
        rows = [("c", True, *own[::flip]), *(("c", False, *other[::flip]) for other in others)]
        return compare(counts(*rows)).iloc[0]

    one, other = effect(1), effect(-1)
    assert one["effect"] * other["effect"] == pytest.approx(1)
    assert one["low"] * other["high"] == pytest.approx(1)
    assert one["p_value"] == pytest.approx(other["p_value"])
    assert one["low"] <= one["effect"] <= one["high"]
    assert one["dispersion"] >= 1


@given(st.lists(st.tuples(cell, cell), min_size=3, max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(pairs: list[tuple[int, int]], chance) -> None:
    rows = [("c", number == 0, *pair) for number, pair in enumerate(pairs)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    pd.testing.assert_frame_equal(compare(counts(*rows)), compare(counts(*shuffled)))


@pytest.mark.parametrize(("spread", "least"), [(0.0, 0.005), (0.25, 0.03)])
def test_without_effect_it_is_wrong_one_time_in_twenty_at_most(spread: float, least: float) -> None:
    rng = np.random.default_rng(11)
    trials, places = 1500, 9
    level = rng.gamma(5, 12, (trials, places))
    season = np.exp(rng.normal(0.2, spread, (trials, places)))
    found = compare(
        pd.DataFrame(
            {
                "campaign": np.repeat([f"{number:04}" for number in range(trials)], places),
                "is_treated": np.tile(np.arange(places) == 0, trials),
                "before": rng.poisson(level).ravel(),
                "after": rng.poisson(level * season).ravel(),
            }
        )
    )
    judged = found[found["is_judged"]]
    assert len(judged) > 0.95 * trials
    # Where places differ by chance alone it errs on the safe side: φ is never taken below 1.
    assert least < (judged["p_value"] < 0.05).mean() < 0.065
    assert (judged["direction"] != 0).sum() <= 1
