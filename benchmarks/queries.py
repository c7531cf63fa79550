"""Time of all queries of the overview, uncached, against the same at a tenth of the rows and a raw scan.

What the queries take, and what they and the frames made of them take.

`python -m benchmarks.queries --rows 10000000` makes and builds both provinces and deletes them afterwards;
`--home BIG --small SMALL` takes homes with snapshots already built.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from benchmarks.build import make_warehouse
from cockpit import queries
from cockpit.queries import Filters
from cockpit.queries.filters import add_months
from cockpit.queries.named import roots_of
from cockpit.queries.overview import forget, months_of, parts_of
from cockpit.queries.target import Focus
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.views.store import store
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build

MONTHS = 12
RAW_SQL = """
select received_month, industry_code, count(*), count(closed_at), count(satisfaction), sum(handling_days)
from complaint
group by received_month, industry_code
"""


@contextmanager
def built(rows: int) -> Iterator[Settings]:
    """Make and build a province with so many complaints for the time of a benchmark."""
    with tempfile.TemporaryDirectory(prefix="bench-queries-") as folder:
        settings = Settings(home=Path(folder))
        make_warehouse(settings, rows, 0)
        build(settings, lambda _: None)
        settings.warehouse_path.unlink()
        yield settings


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds and CPU milliseconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def focuses(settings: Settings, scope: Scope) -> dict[str, str]:
    """Return a region of each level, the first child of the first one."""
    found = {"province": scope.regions[0]}
    region = scope.regions[0]
    while len(children := queries.region_children(scope, region, settings=settings)):
        region = str(children["code"].iloc[0])
        found[str(children["level"].iloc[0])] = region
    return found


def focus_of(scope: Scope, region: str, settings: Settings) -> Focus:
    """Return what the overview asks for under a region."""
    parts = parts_of(queries.build_id(settings=settings), scope, region, settings)
    return replace(roots_of(scope, region), parts=tuple(parts["code"]))


def report(homes: dict[str, Settings], rounds: int) -> None:
    """Change region and period by turns in all homes, nothing kept, so that load strikes all alike."""
    root = (
        duckdb.connect(str(snapshot.current(homes["big"])), read_only=True)
        .execute("select code from region where parent is null order by code limit 1")
        .fetchone()
    )
    assert root is not None
    scope = Scope("*", "leader", (root[0],), (ALL,), (ALL,))
    as_of = queries.build(scope, settings=homes["big"])["as_of"].iloc[0].date().replace(day=1)
    print(
        f"{'focus':10} {'home':6} {'queries, least':>14} {'median':>8} {'frames, least':>14} {'median':>8} {'CPU ms':>8}"
    )
    for level, region in focuses(homes["big"], scope).items():
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in homes}
        for number in range(rounds + 2):
            start = add_months(as_of, -MONTHS - number % 12)
            filters = Filters(region, None, start, add_months(as_of, -(number % 12)) - queries.filters.DAY)
            for name, settings in homes.items():
                forget()
                focus = focus_of(scope, region, settings)
                revision = store(settings).revision(scope)
                asked = timed(lambda r=revision, f=focus, s=settings: months_of(r, scope, f, None, None, s))
                framed = timed(lambda f=filters, s=settings: queries.overview(scope, f, settings=s))
                taken[name].append((asked[0], asked[0] + framed[0], asked[1] + framed[1]))
        least = {}
        for name, rounds_taken in taken.items():
            queried, wall, cpu = zip(*rounds_taken[2:], strict=True)
            least[name] = min(queried)
            print(
                f"{level:10} {name:6} {min(queried):14.1f} {statistics.median(queried):8.1f}"
                f" {min(wall):14.1f} {statistics.median(wall):8.1f} {min(cpu):8.1f}"
            )
        if "small" in least:
            print(f"{level:10} {'ratio':6} {least['big'] / least['small']:14.2f}")
    bare_scan(homes["big"])


def bare_scan(settings: Settings) -> None:
    """Print what one grouped query over the raw complaints takes."""
    config = {"threads": settings.threads, "memory_limit": f"{settings.memory_limit_mb}MB"}
    with duckdb.connect(str(snapshot.current(settings)), read_only=True, config=config) as connection:
        pairs = [timed(lambda: connection.execute(RAW_SQL).fetchall()) for _ in range(5)]
    wall, cpu = zip(*pairs, strict=True)
    print(f"{'raw scan':10} {'big':6} {min(wall):10.1f} {statistics.median(wall):8.1f} {min(cpu):8.1f}")


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="complaints of the larger province made")
    parser.add_argument("--home", type=Path, help="home with the larger snapshot")
    parser.add_argument("--small", type=Path, help="home with the snapshot of a tenth of the rows")
    parser.add_argument("--rounds", type=int, default=30, help="filter changes measured a level")
    options = parser.parse_args()
    if options.home:
        homes = {"big": Settings(home=options.home)}
        if options.small:
            homes["small"] = Settings(home=options.small)
        report(homes, options.rounds)
        return
    with built(options.rows) as big, built(options.rows // 10) as small:
        report({"big": big, "small": small}, options.rounds)


if __name__ == "__main__":
    main()
