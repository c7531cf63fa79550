"""What a season, a trend and Spring Festival explain of counts over time, and which windows they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cockpit.analysis.discovery import FDR, q_values

Floats = NDArray[np.float64]

LULL_DAYS = (-7, 6)
"""From 小年 to the seventh day of the year, counted from New Year's Day."""
REBOUND_DAYS = (7, 27)
"""The three weeks after."""
HARMONICS = 2
COUNT_MIN = 5
"""Below this no window is called exceeded, however little was expected."""
BASELINE_WINDOWS_MIN = 18
BASELINE_DAYS_MIN = 365
OUTLIER = 2.58
PRIOR_PRECISION = 1.0
_DAY = timedelta(days=1)
_YEAR_DAYS = 365.2425


@dataclass(frozen=True)
class Decomposition:
    """Trend, season and rest of a series: `parts` has a row a period and the columns `count`, `trend`, `season`, `rest`.

    Strengths from 0 to 1 after Wang, Smith and Hyndman (2006): the share of the variance beside the rest's.
    """

    parts: pd.DataFrame
    season_strength: float
    trend_strength: float


@dataclass(frozen=True)
class Evaluation:
    """How an alarm fares: false ones a week over all series, share of injected spikes found, median days until then."""

    false_alarms_per_week: float
    found_share: float
    days_to_detection: float
    injected: int


@lru_cache(maxsize=256)
def spring_festival(year: int) -> date:
    """Return New Year's Day of the lunar year that begins in a year, as the library `holidays` has it (1950–2099).

    Raises ValueError for other years.
    """
    from holidays import country_holidays

    days = country_holidays("CN", years=year, language="zh_CN", expand=False).get_named(
        "春节", lookup="exact"
    )
    if not days:
        raise ValueError(f"no Spring Festival known for {year}")
    return min(days)


def festival_aligned(daily: pd.Series, *, before: int = 30, after: int = 60) -> pd.DataFrame:
    """Return daily counts by days from New Year's Day (rows −before … after), a column a lunar new year.

    `daily` is indexed by day; a day missing between its first and last counts 0, days outside are nan, and a
    year without any day is left out. Compare a column's sum with another's over rows both have. Empty input
    gives a frame with rows and no columns.
    """
    rows = pd.RangeIndex(-before, after + 1, name="day")
    if not len(daily):
        return pd.DataFrame(index=rows)
    series = pd.Series(daily.to_numpy(float), pd.DatetimeIndex(daily.index))
    series = series.reindex(pd.date_range(series.index.min(), series.index.max()), fill_value=0.0)
    columns = {}
    for year in range(series.index[0].year, series.index[-1].year + 2):
        days = pd.Timestamp(spring_festival(year)) + pd.to_timedelta(rows, "D")
        if days.isin(series.index).any():
            columns[year] = series.reindex(days).to_numpy()
    return pd.DataFrame(columns, index=rows)


def decompose(counts: pd.Series, *, period: int = 12) -> Decomposition | None:
    """Return trend, season and rest of equally spaced counts by STL (Cleveland et al., 1990), robust to outliers.

    By statsmodels; the parts add up to the counts, and the index is kept. None with fewer than two whole
    periods, or missing counts: there is no season to be told from them.
    """
    y = counts.to_numpy(float)
    if len(y) < 2 * period or not np.isfinite(y).all():
        return None
    from statsmodels.tsa.seasonal import STL

    found = STL(y, period=period, robust=True).fit()
    parts = pd.DataFrame(
        {"count": y, "trend": found.trend, "season": found.seasonal, "rest": found.resid}, index=counts.index
    )
    return Decomposition(
        parts, _strength(parts["season"], parts["rest"]), _strength(parts["trend"], parts["rest"])
    )


def _strength(part: pd.Series, rest: pd.Series) -> float:
    whole = float((part + rest).var())
    # What is left of constant counts is rounding.
    return max(0.0, 1 - float(rest.var()) / whole) if whole > 1e-12 else 0.0


def watch(
    counts: pd.DataFrame,
    edges: Sequence[date],
    *,
    judged: int,
    gap: int = 2,
    alpha: float = 0.01,
    fdr: float = FDR,
) -> pd.DataFrame:
    """Return what was to be expected in each of the last `judged` windows, and which counts go beyond.

    `counts` has a row per window (weeks, months) and a column per series; `edges` are the first days of the
    windows and the day after the last, which must be whole. One row per series and judged window: `series`,
    `start`, `days`, `count`, `expected`, `upper`, `p_value`, `q_value`, `is_exceeded`, `is_signal`, `is_early`.

    Each window is held against the model fitted to the windows before it (without the `gap` nearest, so that a
    rise does not raise its own bound): quasi-Poisson with log link, days as offset, linear trend, two yearly
    harmonics, and the shares of days in the lull around Spring Festival and the rebound after; past outliers
    are weighed down by how far their Anscombe residuals, scaled by the median one, exceed 2.58. After Farrington et al. (1996) and Noufaily et al.
    (2013), with effects other than the level held by a normal prior of standard deviation 1 on the log scale, so
    that sparse series stay near their mean. `upper` is the 1 − alpha quantile of the negative binomial with mean μ
    and variance φμ + μ²·var(log μ). φ is at least 1.

    `is_exceeded`: count above upper and at least 5; alpha of all windows are so by chance. `is_signal`: exceeded
    and q ≤ fdr over all rows returned: what may be called a finding. `is_early`: exceeded in this window and the
    one before; see `evaluate` for how often that is wrong. With fewer than 18 windows or 365 days behind it
    a window has nan and no claim. Missing counts are left out of the baseline and not judged; empty input gives
    an empty frame. Raises ValueError when edges and counts do not match.
    """
    if len(edges) != len(counts) + 1:
        raise ValueError("edges must hold the start of every window and the end of the last")
    judged = min(judged, len(counts))
    y = counts.to_numpy(float).T
    design, days = _design(edges)
    windows = np.arange(len(counts) - judged, len(counts))
    baseline = np.arange(len(counts)) < np.maximum(windows - gap, 0)[:, None]
    enough = (baseline.sum(axis=1) >= BASELINE_WINDOWS_MIN) & (baseline @ days >= BASELINE_DAYS_MIN)
    shape = (len(y), judged)
    expected, variance = np.full(shape, np.nan), np.full(shape, np.nan)
    if enough.any() and len(y):
        known = np.isfinite(y)
        used = (known[:, None] & baseline[enough]).astype(float)
        beta, covariance, dispersion = _fit(np.nan_to_num(y)[:, None], used, design, np.log(days))
        ahead = windows[enough]
        at = design[ahead]
        mean = np.exp(np.clip((at * beta).sum(axis=2) + np.log(days[ahead]), -20, 20))
        spread = np.einsum("wp,swpq,wq->sw", at, covariance, at)
        expected[:, enough] = mean
        variance[:, enough] = dispersion * mean + mean**2 * spread
    count = y[:, windows]
    expected = np.where(np.isfinite(count), expected, np.nan)
    # The excess keeps the size parameter finite; at this size it is the Poisson distribution.
    size = expected**2 / np.maximum(variance - expected, 1e-6 * expected)
    share = size / (size + expected)
    upper = stats.nbinom.isf(alpha, size, share)
    p = stats.nbinom.sf(count - 1, size, share)
    is_exceeded = (count > upper) & (count >= COUNT_MIN)
    q = q_values(p)
    before = np.pad(is_exceeded, ((0, 0), (1, 0)))[:, :-1]
    starts = np.array(edges[:-1], "datetime64[D]")[windows]
    return pd.DataFrame(
        {
            "series": np.repeat(counts.columns.to_numpy(), judged),
            "start": np.tile(starts, len(y)),
            "days": np.tile(days[windows], len(y)).astype(int),
            "count": count.ravel(),
            "expected": expected.ravel(),
            "upper": upper.ravel(),
            "p_value": p.ravel(),
            "q_value": q.ravel(),
            "is_exceeded": is_exceeded.ravel(),
            "is_signal": (is_exceeded & (np.nan_to_num(q, nan=1.0) <= fdr)).ravel(),
            "is_early": (is_exceeded & before).ravel(),
        }
    )


def evaluate(
    counts: pd.DataFrame,
    edges: Sequence[date],
    *,
    judged: int,
    factor: float = 2.0,
    windows: int = 4,
    alarm: str = "is_early",
    draws: int = 5,
    seed: int = 0,
    gap: int = 2,
    alpha: float = 0.01,
) -> Evaluation:
    """Return how well an alarm of `watch` works on these very series, by spikes injected into copies of them.

    False alarms are those without injection: an upper bound where the series hold real spikes. Then, `draws` times,
    every series gets Poisson((factor − 1) · expected) more in `windows` windows from a random judged one on; found
    is a spike with an alarm in these windows that was not there without it; days run from its first day to the
    end of the window of the alarm. The same seed gives the same answer. Series too short to judge give nan.
    """
    columns = list(range(counts.shape[1]))
    plain = counts.set_axis(columns, axis=1)

    def alarms(of: pd.DataFrame) -> tuple[NDArray[np.bool_], pd.DataFrame]:
        found = watch(of, edges, judged=judged, gap=gap, alpha=alpha)
        return found[alarm].to_numpy().reshape(len(columns), -1), found

    before, found = alarms(plain)
    expected = found["expected"].to_numpy().reshape(before.shape)
    days = found["days"].to_numpy().reshape(before.shape)
    known = np.isfinite(expected)
    nothing = float("nan")
    if not known.any():
        return Evaluation(nothing, nothing, nothing, 0)
    weeks = days[0, known.any(axis=0)].sum() / 7
    rng = np.random.default_rng(seed)
    waits: list[float] = []
    injected = 0
    first = int(known.any(axis=0).argmax())
    offset = len(counts) - before.shape[1]
    for _ in range(draws):
        start = rng.integers(first, max(first, before.shape[1] - windows) + 1, len(columns))
        position = np.arange(before.shape[1])
        inside = (position >= start[:, None]) & (position < start[:, None] + windows) & known
        extra = rng.poisson((factor - 1) * np.where(inside, expected, 0.0))
        spiked = plain.astype(float)
        spiked.iloc[offset:] += extra.T
        raised = alarms(spiked)[0] & inside & ~before
        injected += int(inside.any(axis=1).sum())
        ran = np.where(inside, days, 0).cumsum(axis=1)
        rows = raised.any(axis=1)
        waits += ran[rows, raised[rows].argmax(axis=1)].tolist()
    return Evaluation(
        false_alarms_per_week=float(before.sum() / weeks),
        found_share=len(waits) / injected,
        days_to_detection=float(np.median(waits)) if waits else nothing,
        injected=injected,
    )


def _design(edges: Sequence[date]) -> tuple[Floats, Floats]:
    """Return windows × (level, trend in years, harmonics, shares of lull and rebound days), and days a window."""
    number = np.array([edge.toordinal() for edge in edges], float)
    days = np.diff(number)
    if (days <= 0).any():
        raise ValueError("edges must rise")
    middle = (number[:-1] + number[1:]) / 2
    years = (middle - middle[-1:]) / _YEAR_DAYS
    angle = 2 * np.pi * middle / _YEAR_DAYS
    waves = [wave(angle * k) for k in range(1, HARMONICS + 1) for wave in (np.sin, np.cos)]
    festivals = [
        spring_festival(year).toordinal()
        for year in (range(edges[0].year, edges[-1].year + 1) if len(days) else ())
    ]
    shares = [
        sum(
            (
                np.clip(
                    np.minimum(number[1:], day + last + 1) - np.maximum(number[:-1], day + first), 0, None
                )
                for day in festivals
            ),
            np.zeros(len(days)),
        )
        / days
        for first, last in (LULL_DAYS, REBOUND_DAYS)
    ]
    return np.column_stack([np.ones(len(days)), years, *waves, *shares]), days


def _fit(
    y: Floats, used: Floats, design: Floats, offset: Floats, prior: float = PRIOR_PRECISION
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, their covariance and φ of many Poisson regressions with one design at once.

    `y` is series × 1 × windows, `used` (weights 0 or 1) series × fits × windows. Newton steps on the penalised
    likelihood, for all fits together: a loop over a library's fit takes a hundred times as long. Products are those
    of one series each, too small for the threads of the matrix library, whose waiting costs more than the work.
    """
    terms = design.shape[1]
    penalty = np.full(terms, prior)
    penalty[0] = 1e-6
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    beta = np.zeros((*used.shape[:2], terms))
    exposure = used @ np.exp(offset)
    beta[..., 0] = np.log(((used * y).sum(axis=2) + 0.5) / np.maximum(exposure, 1.0))
    weight = used
    for _ in range(3):
        for _ in range(25):
            mean = np.exp(np.clip(beta @ design.T + offset, -20, 20))
            score = (weight * (y - mean)) @ design - penalty * beta
            information = ((weight * mean) @ products).reshape(*beta.shape, terms) + np.diag(penalty)
            step = np.clip(np.linalg.solve(information, score[..., None])[..., 0], -2, 2)
            beta += step
            if not np.abs(step).max(initial=0) > 1e-5:
                break
        mean = np.exp(np.clip(beta @ design.T + offset, -20, 20))
        pearson = (weight * (y - mean) ** 2 / mean).sum(axis=2)
        dispersion = np.maximum(1.0, pearson / np.maximum(weight.sum(axis=2) - terms, 1.0))
        residual = 1.5 * (np.cbrt(y) ** 2 / np.cbrt(np.sqrt(mean)) - np.sqrt(mean))
        # The median is not moved by the outliers looked for, as φ is.
        usual = np.nanmedian(np.where(used > 0, np.abs(residual), np.nan), axis=2) / 0.6745
        residual /= np.maximum(1.0, usual)[..., None]
        weight = used * np.where(residual > OUTLIER, (OUTLIER / np.maximum(residual, OUTLIER)) ** 2, 1.0)
    return beta, dispersion[..., None, None] * np.linalg.inv(information), dispersion
