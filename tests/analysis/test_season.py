"""Seasons, Spring Festival and exceedances against statsmodels, against the calendar, and on simulated series."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cockpit.analysis.season import decompose, evaluate, festival_aligned, spring_festival, watch
from cockpit.demo import season as demo

WEEKS = [date(2023, 11, 20) + timedelta(weeks=number) for number in range(157)]
MONTHS = [day.date() for day in pd.date_range("2023-12-01", periods=37, freq="MS")]


def means(edges: list[date], series: int) -> np.ndarray:
    """Return windows × series of relative rates: the seasons of the demo's industries and its Spring Festivals."""
    days = pd.date_range(edges[0], edges[-1] - timedelta(days=1))
    rate = np.ones(len(days))
    for festival in demo.SPRING_FESTIVAL.values():
        since = np.asarray((days - pd.Timestamp(festival)).days)
        rate = np.where((since >= -3) & (since <= 7), rate * demo.FESTIVAL_DIP, rate)
        rate = np.where((since > 7) & (since <= 25), rate * demo.FESTIVAL_SURGE, rate)
    seasons = np.array(list(demo.SEASONS.values()))[np.arange(series) % len(demo.SEASONS)]
    daily = rate * seasons[:, days.month - 1]
    window = np.searchsorted(pd.DatetimeIndex(edges), days, side="right") - 1
    summed = np.zeros((len(edges) - 1, series))
    np.add.at(summed, window, daily.T)
    return summed / summed.mean(axis=0)


def test_the_calendar() -> None:
    for year, day in demo.SPRING_FESTIVAL.items():
        assert spring_festival(year) == day
    # A leap month puts the latest of the century into February, and 2033 is the year most tables get wrong.
    assert spring_festival(1985) == date(1985, 2, 20)
    assert spring_festival(2033) == date(2033, 1, 31)
    assert spring_festival(2034) == date(2034, 2, 19)
    with pytest.raises(ValueError, match="2150"):
        spring_festival(2150)


def test_festivals_lie_over_each_other() -> None:
    days = pd.date_range("2024-01-01", "2025-12-31")
    daily = pd.Series(np.arange(len(days), dtype=float), days)
    frame = festival_aligned(daily.drop(pd.Timestamp("2024-02-11")), before=5, after=3)
    assert frame.columns.tolist() == [2024, 2025]
    assert frame.loc[0].tolist() == [daily["2024-02-10"], daily["2025-01-29"]]
    assert frame.loc[1, 2024] == 0
    late = festival_aligned(daily["2024-02-08":], before=5, after=3)[2024]
    assert late.isna().tolist() == [True] * 3 + [False] * 6
    assert festival_aligned(pd.Series(dtype=float)).shape == (91, 0)


def test_decomposition_is_that_of_statsmodels() -> None:
    from statsmodels.tsa.seasonal import STL

    rng = np.random.default_rng(3)
    y = pd.Series(
        100 + np.arange(48) + 30 * np.sin(np.arange(48) * np.pi / 6) + rng.normal(0, 3, 48), name="y"
    )
    found = decompose(y)
    assert found is not None
    expected = STL(y, period=12, robust=True).fit()
    assert found.parts["trend"].to_numpy() == pytest.approx(expected.trend.to_numpy())
    assert found.parts["season"].to_numpy() == pytest.approx(expected.seasonal.to_numpy())
    assert found.parts[["trend", "season", "rest"]].sum(axis=1).to_numpy() == pytest.approx(y.to_numpy())
    assert found.season_strength > 0.9
    assert found.trend_strength > 0.9


def test_no_season_from_less_than_two_years() -> None:
    assert decompose(pd.Series(np.arange(23.0))) is None
    assert decompose(pd.Series([1.0] * 23 + [np.nan])) is None
    assert decompose(pd.Series(dtype=float)) is None
    constant = decompose(pd.Series([7.0] * 24))
    assert constant is not None
    assert (constant.season_strength, constant.trend_strength) == (0, 0)


def test_expected_counts_are_those_of_statsmodels() -> None:
    """On large counts the prior weighs nothing: mean, φ and bound of one window against a plain quasi-Poisson fit."""
    import statsmodels.api as sm

    middle = np.array([day.toordinal() for day in WEEKS[:-1]]) + 3.5
    angle = 2 * np.pi * middle / 365.2425
    shares = []
    for first, last in ((-7, 6), (7, 27)):
        festival = {
            spring_festival(y) + timedelta(days=d) for y in range(2023, 2027) for d in range(first, last + 1)
        }
        shares.append([sum(day + timedelta(days=d) in festival for d in range(7)) / 7 for day in WEEKS[:-1]])
    design = np.column_stack(
        [np.ones(156), middle / 365.2425 - middle[-1] / 365.2425]
        + [wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)]
        + shares
    )
    rng = np.random.default_rng(11)
    rate = 20_000 * rng.uniform(0.9, 1.1, 156) * np.exp(-np.array(shares[0]) + 0.4 * np.array(shares[1]))
    counts = pd.DataFrame({"a": rng.poisson(rate)})
    found = watch(counts, WEEKS, judged=1, gap=3).iloc[0]
    past = slice(0, 152)
    y = counts["a"].to_numpy()
    fit = sm.GLM(y[past], design[past], sm.families.Poisson()).fit(scale="X2")
    mean = float(np.exp(design[155] @ fit.params))
    residual = 1.5 * (y[past] ** (2 / 3) * fit.mu ** (-1 / 6) - fit.mu**0.5) / np.sqrt(fit.scale)
    assert residual.max() < 2.58
    assert found["expected"] == pytest.approx(mean, rel=2e-3)
    variance = fit.scale * mean + mean**2 * design[155] @ fit.cov_params() @ design[155]
    size = mean**2 / (variance - mean)
    assert found["upper"] == pytest.approx(stats.nbinom.isf(0.01, size, size / (size + mean)), rel=3e-3)


def test_a_flat_province_raises_no_alarm() -> None:
    """Over-dispersed seasonal series without spikes: as many beyond the bound as stated, no finding, few early signals."""
    rng = np.random.default_rng(2)
    mean = 15 * means(WEEKS, 33)
    counts = pd.DataFrame(rng.poisson(mean * rng.gamma(20, 1 / 20, mean.shape)))
    found = watch(counts, WEEKS, judged=40)
    assert (found["p_value"] < 0.05).mean() == pytest.approx(0.05, abs=0.025)
    assert found["is_exceeded"].mean() < 0.02
    assert found["is_signal"].sum() == 0
    assert found["is_early"].sum() <= 2
    off = found["expected"].to_numpy() / mean[-40:].T.ravel() - 1
    assert np.mean(off) == pytest.approx(0, abs=0.05)
    assert np.median(np.abs(off)) < 0.15


def test_a_planted_month_is_found() -> None:
    """A month at six times the rate, as the demo plants it, in series of twenty a month; neighbours stay calm."""
    rng = np.random.default_rng(4)
    mean = 20 * means(MONTHS, 22)
    mean[-8, 3] *= 6
    counts = pd.DataFrame(rng.poisson(mean))
    found = watch(counts, MONTHS, judged=12)
    signals = found.loc[found["is_signal"]]
    assert signals[["series", "start"]].to_numpy().tolist() == [[3, pd.Timestamp(MONTHS[-9])]]
    assert signals["expected"].iloc[0] == pytest.approx(mean[-8, 3] / 6, rel=0.4)
    # What lies in the past is weighed down: later the expectation is nearly that without the spike.
    calm = counts.copy()
    calm.iloc[-8, 3] = round(mean[-8, 3] / 6)
    after, without = (watch(of, MONTHS, judged=4).query("series == 3")["expected"] for of in (counts, calm))
    assert after.to_numpy() == pytest.approx(without.to_numpy(), rel=0.15)


def test_two_in_a_row_are_an_early_signal() -> None:
    counts = pd.DataFrame({"a": np.full(156, 20.0), "b": np.full(156, 20.0)})
    counts.loc[150:152, "a"] = 60
    counts.loc[152, "b"] = 60
    found = watch(counts, WEEKS, judged=10).set_index(["series", "start"])
    early = found.index[found["is_early"]]
    assert early.tolist() == [("a", pd.Timestamp(WEEKS[151])), ("a", pd.Timestamp(WEEKS[152]))]
    assert found["is_exceeded"].sum() == 4


def test_what_cannot_be_told() -> None:
    short = watch(pd.DataFrame({"a": [50.0] * 20}), WEEKS[:21], judged=5)
    assert short["expected"].isna().all()
    assert not short[["is_exceeded", "is_signal", "is_early"]].any(axis=None)
    zeros = watch(pd.DataFrame({"a": [0.0] * 155 + [4.0]}), WEEKS, judged=3)
    assert not zeros["is_exceeded"].any()
    assert zeros["expected"].max() < 0.1
    counts = pd.DataFrame({"a": [20.0] * 156})
    counts.loc[[100, 155], "a"] = np.nan
    holed = watch(counts, WEEKS, judged=2)
    assert holed["expected"].isna().tolist() == [False, True]
    assert holed["expected"].iloc[0] == pytest.approx(20, rel=0.02)
    assert not holed["is_exceeded"].any()
    assert not len(watch(pd.DataFrame(index=range(156)), WEEKS, judged=3))
    assert not len(watch(pd.DataFrame({"a": []}), WEEKS[:1], judged=3))
    with pytest.raises(ValueError, match="edges"):
        watch(counts, WEEKS[:-1], judged=1)
    assert np.isnan(evaluate(pd.DataFrame({"a": [50.0] * 20}), WEEKS[:21], judged=5).found_share)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_series_do_not_touch_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = pd.DataFrame(rng.poisson(12 * means(MONTHS, 4)), columns=list("abcd"))
    columns = ["series", "start", "count", "expected", "upper", "p_value", "is_exceeded", "is_early"]
    whole = watch(counts, MONTHS, judged=6)[columns]
    alone = pd.concat([watch(counts[[name]], MONTHS, judged=6) for name in "dbca"])[columns]
    alone = alone.sort_values(["series", "start"], ignore_index=True)
    pd.testing.assert_frame_equal(whole, alone, rtol=1e-4)


def test_spikes_are_found_at_the_stated_sensitivity() -> None:
    """Doubled for four weeks at twenty a week: stated nine tenths found, in two to three weeks, hardly a false alarm."""
    rng = np.random.default_rng(6)
    counts = pd.DataFrame(rng.poisson(20 * means(WEEKS, 11)))
    found = evaluate(counts, WEEKS, judged=26, draws=4)
    assert found.injected == 44
    assert found.found_share >= 0.8
    assert 14 <= found.days_to_detection <= 21
    assert found.false_alarms_per_week <= 2 / 26
    assert found == evaluate(counts, WEEKS, judged=26, draws=4)
    assert evaluate(counts, WEEKS, judged=26, draws=2, alarm="is_exceeded").days_to_detection == 7
    assert evaluate(counts, WEEKS, judged=26, draws=2, factor=1.0).found_share <= 0.05
