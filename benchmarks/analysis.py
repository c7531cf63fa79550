"""Times of the statistics at the size of a province, against doing the same one place or one fit at a time.

`python -m benchmarks.analysis --places 24000`; the yardsticks are run on a part and scaled up.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely

from cockpit.analysis.concentration import spread
from cockpit.analysis.funnel import funnel
from cockpit.analysis.rates import empirical_bayes, local_empirical_bayes, location_quotients
from cockpit.analysis.season import watch
from cockpit.analysis.space import border_neighbours, hot_spots, moran, nearest_neighbours, within_steps
from cockpit.analysis.survival import kaplan_meier

PERMUTATIONS = 9_999
SERIES = 176
WINDOWS = 104


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print a line a method: seconds, and those of the yardstick where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=24_000)
    places = parser.parse_args().places
    rng = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(places)))
    east, north = (axis.ravel()[:places] for axis in np.meshgrid(range(side), range(side)))
    people = np.round(rng.lognormal(7, 0.5, places))
    counts = rng.poisson(people * 0.004 * rng.gamma(4, 1 / 4, places))
    polygons = list(shapely.box(east, north, east + 1, north + 1))
    neighbours = border_neighbours(polygons)
    around = within_steps(neighbours)
    rates = empirical_bayes(counts, people)["rate"].to_numpy()

    def one_by_one() -> None:
        for place in range(100):
            beside = around[[place]].indices
            others = np.delete(rates, place)
            for _ in range(20):
                others[rng.choice(places - 1, len(beside), replace=False)].sum()

    edges = [date(2023, 11, 20) + timedelta(weeks=week) for week in range(WINDOWS + 53)]
    weekly = pd.DataFrame(rng.poisson(20, (WINDOWS + 52, SERIES)))
    days = np.round(rng.exponential(30, 1_000_000))
    matrix = pd.DataFrame(rng.poisson(5, (1_500, 11)))

    def fits_one_by_one() -> None:
        import statsmodels.api as sm

        design = rng.normal(size=(WINDOWS, 8))
        design[:, 0] = 1
        for series in range(50):
            sm.GLM(weekly[series].to_numpy()[:WINDOWS], design, sm.families.Poisson()).fit()

    lines = {
        "neighbours by border": (lambda: border_neighbours(polygons), None),
        "neighbours by distance": (lambda: nearest_neighbours(east / 100, north / 100), None),
        "empirical Bayes": (lambda: empirical_bayes(counts, people), None),
        "local empirical Bayes": (lambda: local_empirical_bayes(counts, people, neighbours), None),
        "Moran's I, 999 permutations": (lambda: moran(rates, neighbours), None),
        f"hot spots, {PERMUTATIONS:,} permutations": (
            lambda: hot_spots(rates, around, permutations=PERMUTATIONS),
            (one_by_one, places / 100 * PERMUTATIONS / 20),
        ),
        "hot spots, 99,999 permutations": (lambda: hot_spots(rates, around), None),
        "funnel": (lambda: funnel(counts, people), None),
        "spread, 199 draws": (lambda: spread(counts, people), None),
        "location quotients, 1,500 × 11": (lambda: location_quotients(matrix), None),
        f"watch, {SERIES} series × 8 weeks": (
            lambda: watch(weekly, edges, judged=8),
            # Each of the windows judged is fitted three times over.
            (fits_one_by_one, SERIES * 8 * 3 / 50),
        ),
        "Kaplan–Meier, 1,000,000 items": (lambda: kaplan_meier(days, rng.random(len(days)) < 0.8), None),
    }
    print(f"{places:,} places")
    for name, (work, yardstick) in lines.items():
        taken = seconds(work)
        scaled = f"{seconds(yardstick[0]) * yardstick[1]:12,.1f}" if yardstick else ""
        print(f"{name:40}{taken:10.3f} s{scaled}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
