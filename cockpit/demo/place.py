"""The tree of regions: codes, names, sizes, centres and boundaries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry import Polygon

from cockpit import region_code
from cockpit.demo import boundary, name
from cockpit.demo.scale import Scale

PROVINCE_CODE = "99"
VALID_FROM = date(2020, 1, 1)
PERSONS_A_HOUSEHOLD = 2.9
CELLS_A_VILLAGE = 16


@dataclass(frozen=True)
class Place:
    """A fictitious province.

    `regions`: one row a region of any level, in order of code, with the columns of the source table.
    `villages`: one row a village in the same order: `v` (0, 1, …), `code`, `name`, `town`, `county` (codes),
    `population`. `shapes`: polygons by code.
    """

    regions: pd.DataFrame
    villages: pd.DataFrame
    shapes: dict[str, Polygon]


def make_place(scale: Scale, seed: int, progress: Callable[[str], None]) -> Place:
    """Return the place of a scale; the same seed gives the same place."""
    rng = np.random.default_rng([seed, 1])
    rows: list[dict[str, object]] = []
    shapes: dict[str, Polygon] = {}
    used: set[str] = set()

    def add(digits: str, title: str, level: str, shape: Polygon) -> str:
        code = digits.ljust(12, "0")
        point = shape.representative_point()
        shapes[code] = shape
        rows.append(
            {
                "code": code,
                "name": title,
                "level": level,
                "parent": region_code.ancestors(code)[-1] if level != "province" else None,
                "longitude": round(point.x, 4),
                "latitude": round(point.y, 4),
            }
        )
        return code

    def names(count: int) -> list[str]:
        found = name.unique(name.HEADS, name.TAILS, count, rng, used)
        used.update(found)
        return found

    counties_of = _share(scale.counties, rng.lognormal(0, 0.3, scale.cities), 1)
    towns_of = _share(scale.towns, rng.lognormal(0, 0.25, scale.counties), 1)
    villages_of = _share(scale.villages, rng.lognormal(0, 0.3, scale.towns), 4)
    whole = boundary.outline(scale.villages, rng)
    add(PROVINCE_CODE, name.PROVINCE, "province", whole)
    county_number = town_number = 0
    city_shapes = boundary.subdivide(whole, scale.cities, rng)
    for city, city_name in enumerate(names(scale.cities)):
        city_digits = f"{PROVINCE_CODE}{city + 1:02}"
        add(city_digits, city_name + "市", "city", city_shapes[city])
        county_shapes = boundary.subdivide(city_shapes[city], counties_of[city], rng)
        for county, county_name in enumerate(names(counties_of[city])):
            county_digits = f"{city_digits}{county + 1:02}"
            suffix = "区" if county == 0 and counties_of[city] > 1 else "县"
            add(county_digits, county_name + suffix, "county", county_shapes[county])
            towns = towns_of[county_number]
            town_shapes = boundary.subdivide(county_shapes[county], towns, rng)
            for town, town_name in enumerate(name.unique(name.HEADS, name.TAILS, towns, rng, {county_name})):
                town_digits, town_suffix = _town(county_digits, town, towns)
                add(town_digits, town_name + town_suffix, "town", town_shapes[town])
                villages = villages_of[town_number]
                village_shapes = boundary.subdivide(town_shapes[town], villages, rng, CELLS_A_VILLAGE)
                for village, village_name in enumerate(name.village_names(villages, rng)):
                    digits, village_suffix = _village(town_digits, village, town_suffix)
                    add(digits, village_name + village_suffix, "village", village_shapes[village])
                town_number += 1
            county_number += 1
        progress(f"区划：{city_name}市已生成，共 {len(rows)} 个")
    regions = _with_people(pd.DataFrame(rows).sort_values("code", ignore_index=True), rng)
    villages_frame = regions.loc[regions["level"] == "village", ["code", "name", "population"]]
    villages_frame = villages_frame.reset_index(drop=True)
    villages_frame.insert(0, "v", np.arange(len(villages_frame)))
    villages_frame["town"] = villages_frame["code"].str[:9] + "000"
    villages_frame["county"] = villages_frame["code"].str[:6] + "000000"
    return Place(regions, villages_frame, shapes)


def _share(total: int, weights: npt.NDArray[np.float64], least: int) -> list[int]:
    """Split a total in proportion to weights by largest remainders, each part at least `least`."""
    exact = weights / weights.sum() * (total - least * len(weights))
    parts = np.floor(exact).astype(int)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - least * len(weights) - parts.sum()]] += 1
    return [int(part) + least for part in parts]


def _town(county: str, index: int, count: int) -> tuple[str, str]:
    """Return digits and suffix of a town: as in the standard, 001 街道, 100 镇, 200 乡."""
    if index < 2 and count > 4:
        return f"{county}{index + 1:03}", "街道"
    if index < 0.7 * count:
        return f"{county}{index + 100:03}", "镇"
    return f"{county}{index + 200:03}", "乡"


def _village(town: str, index: int, town_suffix: str) -> tuple[str, str]:
    """Return digits and suffix of a village: as in the standard, 001 社区, 200 村."""
    if town_suffix == "街道" or index < 1:
        return f"{town}{index + 1:03}", "社区"
    return f"{town}{index + 200:03}", "村"


def _with_people(regions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add population (log-normal over villages, summed up the tree), households and validity."""
    lowest = regions["level"] == "village"
    people = np.clip(rng.lognormal(np.log(1500), 0.5, int(lowest.sum())), 150, 12_000).round().astype(int)
    homes = np.maximum(1, np.round(people / PERSONS_A_HOUSEHOLD * rng.uniform(0.9, 1.1, len(people)))).astype(
        int
    )
    villages = pd.DataFrame({"code": regions.loc[lowest, "code"], "population": people, "households": homes})
    sums = pd.concat(
        villages.assign(code=villages["code"].str[:length].str.ljust(12, "0"))
        .groupby("code")[["population", "households"]]
        .sum()
        for length in region_code.PREFIX_LENGTHS.values()
    )
    full = regions.join(sums, on="code")
    return full.assign(valid_from=VALID_FROM, valid_to=None)
