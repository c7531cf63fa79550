"""How many complaints and module records fall where and when: Poisson counts around planted rates."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit import region_code
from cockpit.demo import season
from cockpit.demo.place import Place
from cockpit.demo.truth import Rate, Truth

MODULE_SHARES = {
    "village_project": 0.09,
    "asset": 0.07,
    "labour": 0.3,
    "procurement": 0.13,
    "relief": 0.21,
    "seal": 0.2,
}
# What repeats of planted and chance recurrences add on top of the counts drawn here.
REPEAT_SHARE = 0.05


def complaint_cells(place: Place, truth: Truth, days: pd.DataFrame, total: int) -> pd.DataFrame:
    """Return one row a village, industry and month with complaints: `n`, `v`, `i`, `m`, `k`.

    `n` is the number of the first, `i` the position of the industry from 0, `k` the count. The rate of a cell
    is population x season and trend of the industry x chance differences of places x what the truth plants.
    """
    rng = np.random.default_rng([truth.seed, 3])
    villages = place.villages
    month_of = season.months(days)
    codes = list(season.SEASONS)
    county = pd.factorize(villages["county"])[0]
    town = pd.factorize(villages["town"])[0]
    base = villages["population"].to_numpy() * rng.gamma(4, 1 / 4, len(villages))
    base *= rng.lognormal(0, 0.15, town.max() + 1)[town] * rng.lognormal(0, 0.12, county.max() + 1)[county]
    base[villages["code"].isin(truth.silent_villages)] = 0
    mix = rng.lognormal(0, 0.2, (county.max() + 1, len(codes)))
    rate = (base[:, None] * mix[county])[:, :, None] * season.month_weights(days)[None]
    for planted in truth.hot_spots + truth.specialities + truth.spikes + truth.campaigns:
        rate[_within(villages, planted), _industries(planted, codes), _span(planted, month_of)] *= (
            planted.factor
        )
    rate *= total / (1 + REPEAT_SHARE) / rate.sum()
    # Months first, so that numbers, and with them ids, rise with time.
    counts = rng.poisson(rate.transpose(2, 0, 1))
    m, v, i = np.nonzero(counts)
    return _cells({"v": v, "i": i, "m": m, "k": counts[m, v, i]})


def record_cells(place: Place, truth: Truth, days: pd.DataFrame, total: int) -> dict[str, pd.DataFrame]:
    """Return, by module, one row a village and month with records: `n`, `v`, `m`, `k` as for complaints."""
    rng = np.random.default_rng([truth.seed, 4])
    villages = place.villages
    weight = np.sqrt(villages["population"].to_numpy()) * rng.gamma(3, 1 / 3, len(villages))
    weight[villages["code"].isin(truth.silent_villages)] *= 0.02
    by_month = days.groupby("m")["weight"].sum().to_numpy()
    cells = {}
    for module, share in MODULE_SHARES.items():
        rate = by_month[:, None] * (weight * rng.gamma(4, 1 / 4, len(villages)))[None]
        counts = rng.poisson(rate * total * share / rate.sum())
        m, v = np.nonzero(counts)
        cells[module] = _cells({"v": v, "m": m, "k": counts[m, v]})
    return cells


def _cells(columns: dict[str, npt.NDArray[np.int64]]) -> pd.DataFrame:
    frame = pd.DataFrame({name: values.astype(np.int32) for name, values in columns.items()})
    frame.insert(0, "n", np.cumsum(frame["k"].to_numpy(dtype=np.int64)) - frame["k"])
    return frame


def _within(villages: pd.DataFrame, planted: Rate) -> slice:
    """Return the villages of a region; they stand together, as villages are in order of code."""
    inside = np.flatnonzero(villages["code"].str.startswith(region_code.prefix(planted.region_code)))
    return slice(inside[0], inside[-1] + 1)


def _industries(planted: Rate, codes: list[str]) -> slice:
    if planted.industry_code is None:
        return slice(None)
    index = codes.index(planted.industry_code)
    return slice(index, index + 1)


def _span(planted: Rate, month_of: list[date]) -> slice:
    first = 0 if planted.from_month is None else month_of.index(planted.from_month)
    last = len(month_of) - 1 if planted.to_month is None else month_of.index(planted.to_month)
    return slice(first, last + 1)
