"""What is planted in the data, chosen before any row is made, so that later checks can look for it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import numpy as np

from cockpit import region_code
from cockpit.demo import season, words
from cockpit.demo.place import Place


@dataclass(frozen=True)
class Rate:
    """Complaints of a region (and industry) are multiplied by `factor`, in these months or always."""

    region_code: str
    factor: float
    industry_code: str | None = None
    from_month: date | None = None
    to_month: date | None = None


@dataclass(frozen=True)
class Recurring:
    """In a village one topic is raised again and again after it was closed."""

    region_code: str
    industry_code: str
    category: str


@dataclass(frozen=True)
class Unit:
    """A unit whose handling takes `factor` times as long as that of others."""

    unit_id: str
    factor: float


@dataclass(frozen=True)
class Late:
    """A town where this share of the module records is entered at least 15 days after the fact."""

    region_code: str
    share: float


@dataclass(frozen=True)
class Case:
    """The model case: three cadres drew pay beyond their salary; talked to, money returned."""

    alert_id: str
    region_code: str
    raised_on: date
    persons: int = 3
    recovered: float = 600.0


@dataclass(frozen=True)
class Truth:
    """All planted truths; regions by code, months by their first day.

    `model_precision` holds the models whose alerts are found true unusually seldom or often: model, share.
    """

    scale: str
    seed: int
    start: date
    end: date
    case: Case
    hot_spots: list[Rate] = field(default_factory=list)
    specialities: list[Rate] = field(default_factory=list)
    spikes: list[Rate] = field(default_factory=list)
    campaigns: list[Rate] = field(default_factory=list)
    silent_villages: list[str] = field(default_factory=list)
    recurring: list[Recurring] = field(default_factory=list)
    slow_units: list[Unit] = field(default_factory=list)
    late_towns: list[Late] = field(default_factory=list)
    model_precision: dict[str, float] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Return everything as plain values for truth.json, season and trend included."""
        return asdict(self) | {
            "seasons": season.SEASONS,
            "yearly_trends": season.YEARLY_TRENDS,
            "spring_festival": {
                "days": list(season.SPRING_FESTIVAL.values()),
                "dip": season.FESTIVAL_DIP,
                "surge": season.FESTIVAL_SURGE,
            },
        }


def plant(place: Place, scale: str, seed: int, month_of: list[date], end: date) -> Truth:
    """Choose what is planted, more of it in a larger place; counties of different kinds do not overlap.

    In a place of fewer than five counties the first takes speciality, spike and campaign, and towns or
    villages are the hot spots.
    """
    rng = np.random.default_rng([seed, 2])
    counties = _shuffled(place.villages["county"].unique(), rng)
    towns = _shuffled(place.villages["town"].unique(), rng)
    villages = _shuffled(place.villages["code"].unique(), rng)
    each = max(1, len(counties) // 15)
    hot, spiked, treated, special = (
        (counties[kind * each : (kind + 1) * each] for kind in range(4))
        if len(counties) >= 5
        else ([], counties[:1], counties[:1], counties[:1])
    )
    if len(towns) >= 5:
        calm = [town for town in towns if f"{town[:6]}000000" not in hot + spiked + treated] or towns
        hot_spots = [Rate(code, 2.5) for code in hot + calm[: max(1, len(towns) // 25)]]
    else:
        hot_spots = [Rate(villages[0], 4.0)]
    hot_codes = tuple(region_code.prefix(rate.region_code) for rate in hot_spots)
    quiet = [code for code in villages if not code.startswith(hot_codes)]
    silent = max(1, len(villages) // 50)
    again = quiet[silent : silent + max(1, len(villages) // 60)]
    industries = iter(_shuffled(list(season.SEASONS) * len(counties), rng))
    topics = words.topics()
    units = [
        f"U{county[:6]}{number}" for county in counties for number in words.department_numbers().values()
    ]
    return Truth(
        scale=scale,
        seed=seed,
        start=season.first_day(end),
        end=end,
        case=Case("YJ-0001", quiet[-1], end - timedelta(days=120)),
        hot_spots=hot_spots,
        specialities=[Rate(code, 3.0, next(industries)) for code in special],
        spikes=[Rate(code, 6.0, next(industries), month_of[-8], month_of[-8]) for code in spiked],
        campaigns=[Rate(code, 0.5, next(industries), month_of[-13]) for code in treated],
        silent_villages=sorted(quiet[:silent]),
        recurring=[
            Recurring(code, str(topics.at[t, "industry_code"]), str(topics.at[t, "category"]))
            for code, t in zip(again, rng.integers(0, len(topics), len(again)), strict=True)
        ],
        slow_units=[Unit(unit, 2.5) for unit in sorted(_shuffled(units, rng)[: max(1, len(units) // 40)])],
        late_towns=[Late(code, 0.45) for code in sorted(towns[-max(1, len(towns) // 20) :])],
        model_precision={
            name: precision
            for name, precision in zip(words.models()["name"], words.models()["precision"], strict=True)
            if not 0.3 <= precision <= 0.7
        },
    )


def _shuffled(values: Iterable[str], rng: np.random.Generator) -> list[str]:
    listed = [str(value) for value in values]
    return [listed[index] for index in rng.permutation(len(listed))]
