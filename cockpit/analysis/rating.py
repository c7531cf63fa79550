"""Rating places and units by fixed goalposts: points, score, grade, and how sure the grade is.

A place stands in a row of `base` (sums of twelve months, columns as the measures name them), an indicator in a column of
the arrays: values, points and contributions are places × indicators, missing ones nan. Nothing depends on the order of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.analysis.rates import rate_prior
from cockpit.analysis.shrinkage import share_prior

Floats = NDArray[np.float64]
GRADES = ("A", "B", "C", "D")
# Beyond this digit scores differ by rounding alone.
_DIGITS = 9
# Places scored at a time over all draws.
_CHUNK = 4000


@dataclass(frozen=True)
class Measure:
    """What an indicator may be computed from: a share of cases, or a rate of events by exposure.

    The numerator sums `columns` of the base, the denominator is one column; `per` is the exposure that a rate is
    told by. A relative rate is told as a multiple of the mean over all places of its level.
    """

    name: str
    label: str
    kind: Literal["share", "rate"]
    columns: tuple[str, ...]
    denominator: str
    unit: str
    definition: str
    per: float = 1.0
    is_relative: bool = False


MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure(
            "complaint_rate",
            "投诉发生率",
            "rate",
            ("complaint_count",),
            "population",
            "倍",
            "近 12 个月每千人投诉件数与同级平均之比（经验贝叶斯平滑）",
            is_relative=True,
        ),
        Measure(
            "complaint_repeat",
            "重复投诉占比",
            "share",
            ("repeat_count",),
            "compared_count",
            "%",
            "近 12 个月投诉中，办结后又就同一问题再次反映（文字相近）的件数 ÷ 已作文字比较的件数",
            per=100,
        ),
        Measure(
            "satisfaction",
            "群众满意率",
            "share",
            ("satisfied_count",),
            "rated_count",
            "%",
            "近 12 个月收到的投诉中，评价为 4、5 分的件数 ÷ 已评价件数",
            per=100,
        ),
        Measure(
            "complaint_late",
            "投诉逾期率",
            "share",
            ("complaint_late_count",),
            "complaint_due_count",
            "%",
            "近 12 个月到期的投诉中，到期未办结的件数 ÷ 到期件数",
            per=100,
        ),
        Measure(
            "alert_rate",
            "查实预警率",
            "rate",
            ("substantiated_count", "self_found_count"),
            "matter_count",
            "件/百项",
            "近 12 个月产生并查实（属实、部分属实）的预警，自查发现的轻微问题按规则扣除后 ÷ 业务量",
            per=100,
        ),
        Measure(
            "alert_serious",
            "红黄预警查实率",
            "rate",
            ("serious_count",),
            "matter_count",
            "件/百项",
            "近 12 个月产生并查实的红色、黄色预警件数 ÷ 业务量",
            per=100,
        ),
        Measure(
            "alert_late",
            "预警逾期处置率",
            "share",
            ("alert_late_count",),
            "alert_due_count",
            "%",
            "近 12 个月处置到期的预警中，到期未处置的件数 ÷ 到期件数",
            per=100,
        ),
        Measure(
            "alert_undone",
            "预警逾期未处置率",
            "share",
            ("alert_undone_count",),
            "alert_due_count",
            "%",
            "近 12 个月处置到期的预警中，月末仍未处置的件数 ÷ 到期件数",
            per=100,
        ),
        Measure(
            "disclosure",
            "公开事项覆盖率",
            "share",
            ("public_count",),
            "item_count",
            "%",
            "月末各村在公开有效期内的事项数 ÷ 应公开事项数",
            per=100,
        ),
        Measure(
            "entry_late",
            "迟录率",
            "share",
            ("entry_late_count",),
            "record_count",
            "%",
            "近 12 个月发生的业务中，超过 7 个工作日才填报的条数 ÷ 业务条数",
            per=100,
        ),
        Measure(
            "discipline",
            "处理人次（按形态加权）",
            "rate",
            ("persons_1", "persons_2", "persons_3", "persons_4", "self_found_persons"),
            "matter_count",
            "分/百项",
            "近 12 个月预警处置中处理的人次，按四种形态加权、自查发现的第一种形态按规则扣除后 ÷ 业务量",
            per=100,
        ),
        Measure(
            "rectification_late",
            "整改逾期率",
            "share",
            ("rectification_late_count",),
            "rectification_due_count",
            "%",
            "近 12 个月到期的问题清单、专项治理、制度中，到期未完成的项数 ÷ 到期项数",
            per=100,
        ),
    )
}
# The columns of the base that any measure reads.
COLUMNS = tuple(
    dict.fromkeys(column for one in MEASURES.values() for column in (*one.columns, one.denominator))
)
Priors = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Indicator:
    """One measure in a scheme: its weight of 100, the values of 0 and 100 points, the fewest cases it is told from."""

    measure: str
    weight: float
    worst: float
    best: float
    minimum: float = 1


@dataclass(frozen=True)
class Scheme:
    """What a score is made by; `factors` multiply columns of numerators, 1 where none is given."""

    indicators: tuple[Indicator, ...]
    cuts: tuple[float, float, float] = (85.0, 70.0, 60.0)
    factors: Mapping[str, float] = field(default_factory=dict)
    months_min: int = 12
    expected_min: float = 5
    weight_share_min: float = 0.7
    silent_disclosure: float = 0.5
    draws: int = 1000
    spread: float = 0.25
    seed: int = 1
    borderline: float = 0.8

    @property
    def weights(self) -> Floats:
        """The weights, summing to 1."""
        given = np.array([one.weight for one in self.indicators], float)
        return np.asarray(given / given.sum(), float)


def numerator(base: pd.DataFrame, measure: str, factors: Mapping[str, float]) -> Floats:
    """Return the numerator of a measure for each place, columns weighted by `factors`; never below 0."""
    found = np.zeros(len(base))
    for column in MEASURES[measure].columns:
        found += factors.get(column, 1.0) * base[column].to_numpy(float)
    return np.maximum(found, 0.0)


def denominator(base: pd.DataFrame, measure: str) -> Floats:
    """Return the cases or the exposure of a measure for each place; 0 where it is unknown."""
    found: Floats = np.nan_to_num(base[MEASURES[measure].denominator].to_numpy(float), nan=0.0)
    return found


def fit(base: pd.DataFrame, factors: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return for each measure the mean over places and the strength (in cases or exposure) by which it draws them.

    Empirical Bayes by moments over the places of one level and month: Kleinman (1973) for shares, Marshall
    (1991) for rates. A place of n cases keeps n / (n + strength) of its difference from the mean; the strength is infinite where places
    differ by no more than chance. Nan means for measures without any denominators.
    """
    found = {}
    for name, one in MEASURES.items():
        x, n = _cases(numerator(base, name, factors), denominator(base, name), one)
        if one.kind == "share":
            found[name] = share_prior(x, n)
        else:
            scale = _dispersion(base, name, factors)
            mean, strength = rate_prior(x / scale, n)
            found[name] = mean * scale, strength
    return found


def _dispersion(base: pd.DataFrame, measure: str, factors: Mapping[str, float]) -> float:
    """Return variance over mean of a weighted sum of Poisson counts: what chance alone does is not taken for difference."""
    totals = [(max(factors.get(one, 1.0), 0.0), float(base[one].sum())) for one in MEASURES[measure].columns]
    whole = sum(weight * total for weight, total in totals)
    return sum(weight**2 * total for weight, total in totals) / whole if whole else 1.0


def _cases(x: Floats, n: Floats, measure: Measure) -> tuple[Floats, Floats]:
    return (np.minimum(x, n) if measure.kind == "share" else x), n


def values(base: pd.DataFrame, scheme: Scheme, priors: Priors) -> Floats:
    """Return places × indicators: shrunken values in the measure's unit, nan below the minimum of cases."""
    found = np.full((len(base), len(scheme.indicators)), np.nan)
    for at, one in enumerate(scheme.indicators):
        measure = MEASURES[one.measure]
        mean, strength = priors[one.measure]
        x, n = _cases(numerator(base, one.measure, scheme.factors), denominator(base, one.measure), measure)
        has = (n > 0) & (n >= one.minimum)
        raw = np.divide(x, n, out=np.full(n.shape, np.nan), where=has)
        shrunken = mean + (raw - mean) * _kept(n, strength)
        if measure.is_relative:
            found[:, at] = shrunken / mean if mean > 0 else np.where(has, 1.0, np.nan)
        else:
            found[:, at] = shrunken * measure.per
    return found


def _kept(n: Floats, strength: float) -> Floats:
    return (
        np.zeros(n.shape)
        if np.isinf(strength)
        else np.divide(n, n + strength, where=n > 0, out=np.zeros(n.shape))
    )


def cases_for(value: float, cases: float, indicator: Indicator, priors: Priors) -> float:
    """Return the numerator that gives a place of so many cases an indicator's value; nan where none does."""
    measure = MEASURES[indicator.measure]
    mean, strength = priors[indicator.measure]
    if np.isinf(strength) or cases <= 0:
        return float("nan")
    share = value * mean if measure.is_relative else value / measure.per
    wanted = share * (cases + strength) - mean * strength
    most = cases if measure.kind == "share" else np.inf
    return float(wanted) if -1e-9 <= wanted <= most + 1e-9 else float("nan")


def points(found: Floats, scheme: Scheme) -> Floats:
    """Return 0 to 100 points by linear goalposts, held within them; nan stays nan."""
    worst, best = (
        np.array([getattr(one, name) for one in scheme.indicators], float) for name in ("worst", "best")
    )
    given: Floats = np.clip((found - worst) / (best - worst), 0.0, 1.0) * 100.0
    return given


def shares(given: Floats, scheme: Scheme) -> Floats:
    """Return the weight of each indicator of each place, those of missing ones dealt to the others; rows sum to 1."""
    present = np.where(np.isnan(given), 0.0, scheme.weights)
    total = present.sum(axis=1, keepdims=True)
    found: Floats = np.divide(present, total, out=np.zeros(present.shape), where=total > 0)
    return found


def lost(given: Floats, scheme: Scheme) -> Floats:
    """Return what each indicator takes from 100: weight × (100 − points), 0 where missing; 100 − their sum is the score."""
    return shares(given, scheme) * (100.0 - np.nan_to_num(given, nan=100.0))


def scores(given: Floats, scheme: Scheme) -> Floats:
    """Return the weighted mean of the points of each place, nan without any."""
    return np.where(np.isnan(given).all(axis=1), np.nan, 100.0 - lost(given, scheme).sum(axis=1))


def geometric_scores(given: Floats, scheme: Scheme) -> Floats:
    """Return the weighted geometric mean of the points, held at 1 from below: a weak side is not bought off by a strong one."""
    logs = np.log(np.maximum(np.nan_to_num(given, nan=100.0), 1.0))
    found = np.exp((shares(given, scheme) * logs).sum(axis=1))
    return np.where(np.isnan(given).all(axis=1), np.nan, found)


def grades(score: Floats, cuts: tuple[float, float, float]) -> NDArray[np.object_]:
    """Return A, B, C or D by the cuts, a score at a cut being above it; '' for nan."""
    number = sum((np.round(score, _DIGITS) < cut).astype(int) for cut in cuts)
    return np.where(np.isnan(score), "", np.array(GRADES, object)[number])


def grey(base: pd.DataFrame, given: Floats, scheme: Scheme, priors: Priors) -> NDArray[np.object_]:
    """Return why a place has no grade: months, expected, weight, silent; '' where it has one.

    `expected` are the complaints and substantiated alerts that a place of its size would have if it were like all of
    its level; `silent`: no complaint in a year while fewer than `silent_disclosure` of the items are public.
    """
    people = denominator(base, "complaint_rate")
    complaints = base["complaint_count"].to_numpy(float)
    (complaint_mean, _), (alert_mean, _) = priors["complaint_rate"], priors["alert_rate"]
    expected = np.where(people > 0, np.nan_to_num(complaint_mean) * people, complaints)
    expected = expected + np.nan_to_num(alert_mean) * denominator(base, "alert_rate")
    # What no place of the level has (mean unknown) is no gap in the data of one.
    applies = np.array([not np.isnan(priors[one.measure][0]) for one in scheme.indicators])
    share = np.where(np.isnan(given), 0.0, scheme.weights).sum(axis=1) / max(
        scheme.weights[applies].sum(), 1e-300
    )
    items = denominator(base, "disclosure")
    public = np.divide(base["public_count"].to_numpy(float), items, out=np.ones(items.shape), where=items > 0)
    rules = (
        (base["months"].to_numpy(float) < scheme.months_min, "months"),
        (np.round(expected, _DIGITS) < scheme.expected_min, "expected"),
        (np.round(share, _DIGITS) < scheme.weight_share_min, "weight"),
        ((complaints == 0) & (public < scheme.silent_disclosure), "silent"),
    )
    return np.select([rule for rule, _ in rules], [np.array(name, object) for _, name in rules], "").astype(
        object
    )


def judged(
    base: pd.DataFrame, given: Floats, scheme: Scheme, priors: Priors
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the grade of each place and why it has none: silence takes away a good grade (A, B), never a bad one."""
    grade = grades(scores(given, scheme), scheme.cuts)
    why = grey(base, given, scheme, priors)
    why = np.where((why == "silent") & np.isin(grade, ("C", "D")), "", why).astype(object)
    return np.where(why == "", grade, "").astype(object), why


def limited(grade: NDArray[np.object_], limit: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the grades beside which a limit stands ('' for none): at most the limit; grey ones only a D makes red."""
    is_worse = (limit > grade) & ((grade != "") | (limit == "D"))
    return np.where(is_worse, limit, grade).astype(object)


def draws(scheme: Scheme) -> Floats:
    """Return draws × indicators: the weights each varied by up to ±`spread` of themselves, summing to 1."""
    rng = np.random.default_rng(scheme.seed)
    drawn = scheme.weights * rng.uniform(
        1 - scheme.spread, 1 + scheme.spread, (scheme.draws, len(scheme.indicators))
    )
    found: Floats = drawn / drawn.sum(axis=1, keepdims=True)
    return found


def robustness(given: Floats, scheme: Scheme) -> pd.DataFrame:
    """Return how the grade of each place fares under other weights and geometric aggregation.

    Columns: p_a, p_b, p_c, p_d (share of the draws), rank (1 is best) and its 5 to 95 % range rank_low, rank_high among the rows
    given, geometric_score, geometric_grade, is_borderline (no grade reaches `borderline` of the draws), driver (number of
    the indicator whose weight moves the score most, −1 where none does). Rows without points are nan. OECD/JRC (2008), step 7.
    """
    known = ~np.isnan(given).all(axis=1)
    rows = given[known]
    weights = draws(scheme).T
    drawn = np.empty((len(rows), weights.shape[1]), np.float32)
    chances = np.empty((len(rows), 4))
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        has = ~np.isnan(part)
        score = np.round((np.where(has, part, 0.0) @ weights) / (has.astype(float) @ weights), 6)
        above = [(score >= cut).mean(axis=1) for cut in scheme.cuts]
        chances[start : start + _CHUNK] = np.column_stack(
            (above[0], above[1] - above[0], above[2] - above[1], 1 - above[2])
        )
        drawn[start : start + _CHUNK] = score
    ranks = np.empty(drawn.shape, np.int32)
    for at in range(drawn.shape[1]):
        ranks[:, at] = _ranks(drawn[:, at])
    ends = (int(0.05 * (scheme.draws - 1)), int(np.ceil(0.95 * (scheme.draws - 1))))
    if len(rows):
        ranks.partition(ends, axis=1)
    score = scores(rows, scheme)
    moved = np.where(
        np.isnan(rows), 0.0, (np.abs(shares(rows, scheme) * (np.nan_to_num(rows) - score[:, None])))
    )
    frame = pd.DataFrame(chances, columns=["p_a", "p_b", "p_c", "p_d"])
    frame["rank"] = _ranks(np.round(score, 6)).astype(float)
    frame["rank_low"], frame["rank_high"] = ranks[:, ends[0]].astype(float), ranks[:, ends[1]].astype(float)
    frame["geometric_score"] = geometric_scores(rows, scheme)
    frame["geometric_grade"] = grades(frame["geometric_score"].to_numpy(), scheme.cuts)
    frame["is_borderline"] = chances.max(axis=1) < scheme.borderline - 1e-12
    frame["driver"] = np.where(moved.max(axis=1) > 0, moved.argmax(axis=1), -1)
    frame.index = pd.Index(np.flatnonzero(known))
    return frame.reindex(range(len(given)))


def _ranks(score: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return 1 for the best; equal scores share the better rank."""
    order = np.sort(score)
    return len(score) - np.searchsorted(order, score, side="right") + 1


@dataclass(frozen=True)
class Way:
    """One change that would lift a place to a better grade by itself."""

    indicator: int
    value: float
    wanted: float
    cases_wanted: float
    grade: str


def ways_up(base: pd.DataFrame, scheme: Scheme, priors: Priors) -> list[Way]:
    """Return for one place (one row) the smallest change of each indicator alone that reaches the next better grade.

    Sorted by the points that have to be won; indicators that cannot reach it alone are left out. `cases_wanted` is the
    numerator that goes with the value, nan where no number of cases gives it. Empty for A and without points.
    """
    value = values(base, scheme, priors)
    given = points(value, scheme)
    [score] = scores(given, scheme)
    [grade] = grades(np.array([score]), scheme.cuts)
    if grade in ("", "A"):
        return []
    at_grade = GRADES.index(grade) - 1
    needed = scheme.cuts[at_grade] - score
    [weight] = shares(given, scheme)
    found = []
    for at, one in enumerate(scheme.indicators):
        if weight[at] <= 0:
            continue
        wanted_points = given[0, at] + needed / weight[at]
        if wanted_points > 100 + 1e-9:
            continue
        wanted = one.worst + (one.best - one.worst) * min(wanted_points, 100.0) / 100
        [cases] = denominator(base, one.measure)
        number = cases_for(wanted, cases, one, priors)
        if not np.isnan(number):
            found.append(
                (needed / weight[at], Way(at, float(value[0, at]), wanted, number, GRADES[at_grade]))
            )
    return [way for _, way in sorted(found, key=lambda pair: (pair[0], pair[1].indicator))]
