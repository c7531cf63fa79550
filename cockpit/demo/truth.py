"""What is planted in the data, chosen before any row is made, so that later checks can look for it."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import numpy as np

from cockpit.demo import season
from cockpit.demo.place import Place
from cockpit.demo.topic import DEPARTMENTS, TOPICS


@dataclass(frozen=True)
class Rate:
    """Complaints of a region (and industry) are multiplied by `factor`, from month `from_month` to `to_month`."""

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
    """Choose what is planted in a place, more of it in a larger one; the counties of the kinds do not overlap.

    In a place of fewer than five counties the one county takes spike and campaign, and towns or villages the
    hot spots.
    """
    rng = np.random.default_rng([seed, 2])
    villages = place.villages
    industries = list(season.SEASONS)
    counties = rng.permutation(villages["county"].unique())
    towns = rng.permutation(villages["town"].unique())
    codes = rng.permutation(villages["code"].to_numpy())
    per_kind = max(1, len(counties) // 15)
    parts = [counties[index * per_kind : (index + 1) * per_kind] for index in range(4)]
    hot, spiked, treated, special = (
        parts if len(counties) >= 5 else ([], counties[:1], counties[:1], counties[:1])
    )
    calm = [town for town in towns if f"{town[:6]}000000" not in (*hot, *spiked, *treated)] or list(towns)
    hot_towns = calm[: max(1, len(towns) // 25)] if len(towns) >= 5 else []
    hot_villages = [] if len(towns) >= 5 else list(codes[:1])
    quiet = [code for code in codes if f"{code[:9]}000" not in hot_towns and code not in hot_villages]
    silent_count = max(1, len(codes) // 50)
    recurring_count = max(1, len(codes) // 60)
    industry = iter(rng.permutation(np.tile(industries, len(counties) * 3 + 3)))
    again = quiet[silent_count : silent_count + recurring_count]
    topics = [TOPICS[index] for index in rng.integers(0, len(TOPICS), recurring_count)]
    departments = [
        f"U{county[:6]}{number + 1:02}" for county in counties for number in range(len(DEPARTMENTS))
    ]
    return Truth(
        scale=scale,
        seed=seed,
        start=season.first_day(end),
        end=end,
        case=Case("YJ000000000", quiet[-1], end - timedelta(days=120)),
        hot_spots=[Rate(str(code), 2.5) for code in (*hot, *hot_towns)]
        + [Rate(str(code), 4.0) for code in hot_villages],
        specialities=[Rate(str(code), 3.0, str(next(industry))) for code in special],
        spikes=[Rate(str(code), 6.0, str(next(industry)), month_of[-8], month_of[-8]) for code in spiked],
        campaigns=[Rate(str(code), 0.5, str(next(industry)), month_of[-13]) for code in treated],
        silent_villages=sorted(map(str, quiet[:silent_count])),
        recurring=[
            Recurring(str(code), topic.industry_code, topic.category)
            for code, topic in zip(again, topics, strict=True)
        ],
        slow_units=[
            Unit(str(unit), 2.5)
            for unit in sorted(rng.permutation(departments)[: max(1, len(departments) // 40)])
        ],
        late_towns=[Late(str(town), 0.45) for town in sorted(towns[-max(1, len(towns) // 20) :])],
        model_precision={"同日多处用工": 0.15, "低保对象名下有企业": 0.9},
    )
