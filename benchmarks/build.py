"""Time, CPU, peak memory and size of a build, against a bare scan-and-group of the same raw complaints.

`python -m benchmarks.build --rows 10000000` makes its own warehouse of a province and deletes it afterwards;
`--home PATH` builds from the warehouse there (and leaves a new snapshot in it).
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from cockpit.settings import Settings
from cockpit.warehouse.build import build
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql

# A province of 11 cities, 90 counties, 1,360 towns and 24,000 villages, rows in order of receipt.
PROVINCE_SQL = """
create temp table village as
select
    i,
    i % 11 + 1 as city,
    (i % 90) // 11 + 1 as county,
    (i % 1360) // 90 + 1 as town,
    i // 1360 + 1 as village,
from range(24000) as listed(i);

create temp table code as
select distinct
    '99' || lpad((city * (digits >= 4)::integer)::varchar, 2, '0')
    || lpad((county * (digits >= 6)::integer)::varchar, 2, '0')
    || lpad((town * (digits >= 9)::integer)::varchar, 3, '0')
    || lpad((village * (digits >= 12)::integer)::varchar, 3, '0') as code,
    case when digits = 12 then i end as i,
    city * 100 + county as county_number,
from village
cross join (values (2), (4), (6), (9), (12)) as prefix (digits);

create temp table place as
select
    row_number() over (order by i) - 1 as number,
    code,
    county_number,
from code
where i is not null;

insert into raw.region (code, name, population)
select code, any_value('地' || code), any_value(case when i is not null then 1500 end)
from code
group by code;
insert into raw.industry (code, name) select 'I' || i, '行业' || i from range(11) as listed(i);
insert into raw.unit (id, name) select 'U' || i, '单位' || i from range(3000) as listed(i);
insert into raw.complaint (
    id, received_at, region_code, industry_code, category, channel, unit_id, subject, text, writer, stage,
    closed_at, satisfaction, _version, _hash, _load_id, _row
)
select
    'C' || lpad(n::varchar, 9, '0'),
    timestamp '2023-11-20' + to_seconds((n * 94608000.0 / $rows)::bigint),
    place.code,
    case when drawn // 31 % 20 > 0 then 'I' || drawn % 11 end,
    '类别' || drawn % 40,
    (['scan', 'app', 'web', 'hotline'])[1 + drawn % 4],
    case when drawn // 37 % 3 > 0 then
        'U' || (place.county_number % 90 * 33 + drawn % 11 * 3 + drawn // 11 % 3)
    end,
    '反映' || (drawn % 997) || '号问题',
    '村民反映' || hash(n, 2) || '一事多次协商没有结果，请有关部门尽快核查并公开答复，谢谢。' || hash(n, 3),
    md5((drawn % 4000000)::varchar),
    null,
    case when drawn % 10 > 0 then
        timestamp '2023-11-20' + to_seconds((n * 94608000.0 / $rows)::bigint + drawn % 5000000)
    end,
    case when drawn % 10 > 4 then 1 + drawn // 13 % 5 end,
    timestamp '2026-11-20', hash(n), 'load', n,
from (select n, (hash(n, 1) % 1000000007)::bigint as drawn from range($rows) as listed(n)) as rows
inner join place on place.number = (24000 * pow((drawn // 100 % 100000) / 100000.0, 1.5))::bigint % 24000;
insert into raw.complaint_event (complaint_id, stage, "at", unit_id)
select id, listed.stage, received_at + to_hours(listed.hours), unit_id,
from raw.complaint
cross join (
    values ('accepted', 1), ('referred', 20), ('handling', 90), ('replied', 400)
) as listed (stage, hours)
where hash(id, 4) % 100 < $event_share;
insert into raw.alert (
    id, raised_at, model, module, level, source, region_code, industry_code, unit_id, title, amount,
    evidence, due_at
)
select
    'A' || id, received_at, '模型' || _row % 40, (['asset', 'labour', 'relief', 'seal'])[1 + _row % 4],
    (['red', 'yellow', 'blue'])[1 + _row // 10 % 3], 'collision', region_code, industry_code, unit_id,
    '预警' || subject, _row % 1000, '{"rule": "r", "rows": [1, 2, 3]}', received_at + to_days(30),
from raw.complaint
where _row % 10 = 0;
insert into raw.alert_event (alert_id, stage, "at", unit_id, finding, persons, recovered)
select
    id, listed.stage, raised_at + to_days(listed.position * 5), unit_id,
    case when listed.stage = 'verified' then 'substantiated' end,
    case when listed.stage = 'disposed' then 1 end,
    case when listed.stage = 'disposed' then amount end,
from raw.alert
cross join (values ('assigned', 1), ('verified', 2), ('disposed', 3)) as listed (stage, position)
where hash(id) % 5 >= listed.position;
"""
BARE_SQL = """
select
    region_code,
    date_trunc('month', received_at) as month,
    industry_code,
    unit_id,
    count(*) as complaint_count,
    count(closed_at) as closed_count,
    count(satisfaction) as rated_count,
from warehouse.raw.complaint
group by region_code, date_trunc('month', received_at), industry_code, unit_id
"""


def make_warehouse(settings: Settings, rows: int, event_share: int) -> None:
    """Write the raw tables of a province with so many complaints and a tenth as many alerts."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(
        str(settings.warehouse_path),
        config={"threads": settings.threads, "memory_limit": f"{settings.memory_limit_mb}MB"},
    ) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create schema raw")
        for name in RAW_TABLES:
            connection.execute(create_table_sql(name))
        values = {"rows": rows, "event_share": event_share}
        for statement in duckdb.extract_statements(PROVINCE_SQL):
            named = {name: values[name] for name in statement.named_parameters}
            connection.execute(statement, named)


def scan_and_group(settings: Settings) -> int:
    """Group the raw complaints as the base of their roll-up does, with nothing written; return the groups."""
    with duckdb.connect(
        config={
            "threads": settings.threads,
            "memory_limit": f"{settings.memory_limit_mb}MB",
            "temp_directory": str(settings.home / "bench.spill"),
            "preserve_insertion_order": False,
        }
    ) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{settings.warehouse_path}' as warehouse (read_only)")
        [(count,)] = connection.execute(f"select count(*) from ({BARE_SQL})").fetchall()
        return int(count)


def build_snapshot(settings: Settings) -> Path:
    """Build and say what each relation took."""
    started = time.monotonic()

    def progress(line: str) -> None:
        print(f"{time.monotonic() - started:8.1f} s  {line}", flush=True)

    return build(settings, progress)


def measured(work: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run work in a process of its own; return its result, seconds, CPU seconds and peak memory in MiB."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, work, arguments).result()


def _measure(work: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    started = time.perf_counter()
    result = work(*arguments)
    return {
        "result": result,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time(),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def report(settings: Settings) -> dict[str, float]:
    """Measure both in turn and print the figures."""
    measured(scan_and_group, settings)  # warms the page cache for both
    bare = measured(scan_and_group, settings)
    built = measured(build_snapshot, settings)
    size_mib = built["result"].stat().st_size / 2**20
    figures = {
        "bare_seconds": bare["seconds"],
        "build_seconds": built["seconds"],
        "ratio": built["seconds"] / bare["seconds"],
        "bare_cpu_seconds": bare["cpu_seconds"],
        "build_cpu_seconds": built["cpu_seconds"],
        "build_peak_mib": built["peak_mib"],
        "warehouse_mib": settings.warehouse_path.stat().st_size / 2**20,
        "snapshot_mib": size_mib,
    }
    for name, value in figures.items():
        print(f"{name:20} {value:12,.2f}")
    return figures


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="complaints of the warehouse made")
    parser.add_argument(
        "--event-share", type=int, default=10, help="per cent of complaints with their events"
    )
    parser.add_argument("--home", type=Path, help="build from the warehouse there")
    parser.add_argument("--keep", type=Path, help="make the warehouse here and keep it")
    options = parser.parse_args()
    if options.home:
        report(Settings(home=options.home))
        return
    with tempfile.TemporaryDirectory(prefix="bench-build-") as folder:
        settings = Settings(home=options.keep or Path(folder))
        made = measured(make_warehouse, settings, options.rows, options.event_share)
        print(f"warehouse made in {made['seconds']:.1f} s")
        report(settings)


if __name__ == "__main__":
    main()
