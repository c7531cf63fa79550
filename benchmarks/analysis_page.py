"""CPU of each query of the complaint analysis, uncached, at a city and at a province of 10 million complaints.

`python -m benchmarks.analysis_page --rows 10000000` makes and builds a province and deletes it afterwards; `--home A B`
takes homes with snapshots already built. Each row is one query over twelve months, for a region of each level.
"""

import argparse
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd

from benchmarks.queries import built, focuses, timed
from cockpit import queries
from cockpit.queries import Filters, Narrowing, analysis, complaint_list
from cockpit.queries.filters import DAY, add_months
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.warehouse import snapshot

MONTHS = 12
BELOW = {"province": "county", "city": "county", "county": "village", "town": "village"}
Work = Callable[[Scope, Filters, Settings], object]
QUERIES: dict[str, Work] = {
    "region_counts": lambda scope, chosen, home: analysis.region_counts(scope, chosen, settings=home),
    "region_industry": lambda scope, chosen, home: analysis.region_industry(scope, chosen, settings=home),
    "months": lambda scope, chosen, home: analysis.months(scope, chosen, settings=home),
    "months by region": lambda scope, chosen, home: analysis.months(scope, chosen, "region", settings=home),
    "months by industry": lambda scope, chosen, home: analysis.months(
        scope, chosen, "industry", settings=home
    ),
    "days, 3 years by region": lambda scope, chosen, home: daily(scope, chosen, home, "region"),
    "days, 3 years by industry": lambda scope, chosen, home: daily(scope, chosen, home, "industry"),
    "unit_counts": lambda scope, chosen, home: analysis.unit_counts(scope, chosen, settings=home),
    "handling_days": lambda scope, chosen, home: analysis.handling_days(scope, chosen, settings=home),
    "handling_days by region": lambda scope, chosen, home: analysis.handling_days(
        scope, chosen, "region", settings=home
    ),
    "handling_days by unit": lambda scope, chosen, home: analysis.handling_days(
        scope, chosen, "unit", settings=home
    ),
    "stage_dwell": lambda scope, chosen, home: analysis.stage_dwell(scope, chosen, settings=home),
    "stage_dwell by region": lambda scope, chosen, home: analysis.stage_dwell(
        scope, chosen, "region", settings=home
    ),
    "topics": lambda scope, chosen, home: analysis.topics(scope, chosen, settings=home),
    "repeats": lambda scope, chosen, home: analysis.repeats(scope, chosen, settings=home),
    "clusters": lambda scope, chosen, home: analysis.clusters(scope, chosen, rows=20, settings=home),
    "list": lambda scope, chosen, home: complaint_list(scope, chosen, settings=home),
    "list of repeats": lambda scope, chosen, home: complaint_list(
        scope, chosen, narrowing=Narrowing(repeat=True), settings=home
    ),
    "list of a day": lambda scope, chosen, home: complaint_list(
        scope, chosen, narrowing=Narrowing(start=chosen.end, end=chosen.end), settings=home
    ),
}


def daily(scope: Scope, chosen: Filters, home: Settings, by: Literal["region", "industry"]) -> object:
    """Read the days of three years that end with the period."""
    end = chosen.end or date.today()
    return analysis.days(scope, chosen, end - timedelta(days=1095), end, by, settings=home)


def each(level: str) -> Work:
    """Return the query that counts all regions of a level."""
    return lambda scope, chosen, home: analysis.region_counts(scope, chosen, level, settings=home)


def report(settings: Settings, rounds: int) -> None:
    """Print the least and the median CPU milliseconds of each query for a region of each level."""
    with duckdb.connect(str(snapshot.current(settings)), read_only=True) as connection:
        found = connection.execute(
            "select code, (select count(*) from complaint) from region where parent is null order by code limit 1"
        ).fetchone()
    assert found is not None
    root, rows = found
    scope = Scope("bench", "leader", (root,), (ALL,), (ALL,))
    as_of = queries.build(scope, settings=settings)["as_of"].iloc[0].date().replace(day=1)
    table: dict[str, dict[str, str]] = {}
    for level, region in focuses(settings, scope).items():
        chosen = [
            Filters(
                region,
                None,
                add_months(as_of, -MONTHS - number % 12),
                add_months(as_of, -(number % 12)) - DAY,
            )
            for number in range(rounds + 1)
        ]
        works = dict(QUERIES)
        if level in BELOW:
            works[f"region_counts of each {BELOW[level]}"] = each(BELOW[level])
        for name, work in works.items():
            cpu = [timed(partial(work, scope, one, settings))[1] for one in chosen][1:]
            table.setdefault(name, {})[level] = f"{min(cpu):.0f} / {statistics.median(cpu):.0f}"
    print(f"{rows:,} complaints; CPU ms, least / median")
    print(pd.DataFrame(table).T.fillna("").to_string())


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="complaints of the province made")
    parser.add_argument("--home", type=Path, nargs="+", help="homes with snapshots")
    parser.add_argument("--rounds", type=int, default=5, help="periods measured a level")
    options = parser.parse_args()
    if options.home:
        for home in options.home:
            report(Settings(home=home), options.rounds)
        return
    with built(options.rows) as settings:
        report(settings, options.rounds)


if __name__ == "__main__":
    main()
