"""Ingest of complaints from csv against DuckDB's own `create table as select * from read_csv`, in one run."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from cockpit import ingest
from cockpit.settings import Settings

REGIONS = """
copy (
    with
    village as (
        select printf('99%02d%02d%03d%03d', city, county, town, village) as code
        from
            range(1, 12) as c(city),
            range(1, 10) as k(county),
            range(1, 16) as t(town),
            range(1, 18) as v(village)
    ),
    every as (
        select distinct rpad(left(code, length), 12, '0') as code, length
        from village, unnest([2, 4, 6, 9, 12]) as l(length)
    )
    select
        code,
        '地' || substr(code, 3, length - 2)
        || map {2: '省', 4: '市', 6: '县', 9: '镇', 12: '村'}[length] as name,
    from every order by code
) to '$folder/region.csv'
"""
UNITS = "copy (select 'U' || i as id, '单位' || i as name from range(2000) as u(i)) to '$folder/unit.csv'"
INDUSTRIES = (
    "copy (select 'I' || i as code, '行业' || i as name from range(1, 12) as i(i)) to '$folder/industry.csv'"
)
COMPLAINTS = """
copy (
    select
        printf('C%09d', i) as id,
        strftime(timestamp '2022-01-01' + to_seconds((hash(i) % 94608000)::bigint), '%Y-%m-%d %H:%M:%S') as received_at,
        printf('99%02d%02d%03d%03d', 1 + hash(i, 1) % 11, 1 + hash(i, 2) % 9, 1 + hash(i, 3) % 15,
            1 + hash(i, 4) % 17) as region_code,
        '第' || hash(i, 5) % 5000 || '组' as place,
        'I' || 1 + hash(i, 6) % 11 as industry_code,
        ['公共服务', '资金发放', '工程质量', '干部作风'][1 + (hash(i, 7) % 4)::integer] as category,
        ['scan', 'app', 'web', 'hotline'][1 + (hash(i, 8) % 4)::integer] as channel,
        'U' || hash(i, 9) % 2000 as unit_id,
        '反映第' || hash(i, 10) % 100000 || '号道路硬化问题' as subject,
        '我村第' || hash(i, 11) % 1000 || '组的道路从' || 2010 + hash(i, 12) % 12 || '年开始修，拖欠工钱'
        || hash(i, 13) % 100000 || '元，到现在还没有修好，请有关部门核实处理。'
        || case when i % 50 = 0 then '电话1380013' || printf('%04d', i % 10000) || '。' else '' end as text,
        '居民' || hash(i, 14) % ($rows * 3 // 10) as writer,
        ['accepted', 'referred', 'handling', 'replied', 'rated'][1 + (hash(i, 15) % 5)::integer] as stage,
        null as due_at,
        strftime(timestamp '2025-01-01' + to_seconds((hash(i, 16) % 17280000)::bigint), '%Y-%m-%d %H:%M:%S') as closed_at,
        1 + hash(i, 17) % 5 as satisfaction,
    from range($rows) as n(i)
) to '$folder/complaint.csv'
"""


def generate(folder: Path, rows: int) -> None:
    """Write the csv files of a province with so many complaints."""
    with duckdb.connect(config={"threads": 2}) as connection:
        for statement in (REGIONS, UNITS, INDUSTRIES, COMPLAINTS):
            connection.execute(statement.replace("$folder", str(folder)).replace("$rows", str(rows)))


def bare(folder: Path) -> None:
    """Let DuckDB alone read the complaints into a table of a new file."""
    config = {"threads": 2, "memory_limit": "3072MB"}
    with duckdb.connect(folder / "bare.duckdb", config=config) as connection:
        connection.execute(
            "create table complaint as select * from read_csv($path)", {"path": str(folder / "complaint.csv")}
        )


def whole(folder: Path) -> None:
    """Load the complaints through the contract."""
    settings = Settings(home=folder / "home", threads=2, memory_limit_mb=3072)
    reports = ingest.load([folder / "complaint.csv"], settings=settings)
    print(reports, file=sys.stderr)


def lists(folder: Path) -> None:
    """Load what the complaints refer to."""
    settings = Settings(home=folder / "home", threads=2, memory_limit_mb=3072)
    ingest.load([folder / f"{name}.csv" for name in ("region", "unit", "industry")], settings=settings)


STEPS = {"bare": bare, "lists": lists, "whole": whole}


def measured(step: str, folder: Path) -> dict[str, float]:
    """Run a step in a process of its own; return seconds, CPU seconds and peak memory in MB."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest", "--step", step, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main() -> None:
    """Print both times, their ratio, and the peak memory of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        start = time.perf_counter()
        STEPS[options.step](options.folder)
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(
            json.dumps(
                {
                    "seconds": round(seconds, 2),
                    "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
                    "peak_mb": round(used.ru_maxrss / 1024),
                }
            )
        )
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder, options.rows)
        size = (folder / "complaint.csv").stat().st_size / 1e6
        base = measured("bare", folder)
        measured("lists", folder)
        ours = measured("whole", folder)
        print(f"rows {options.rows:,}, csv {size:,.0f} MB, load average {os.getloadavg()[0]:.1f}")
        print(f"bare   {base}")
        print(f"ingest {ours}")
        print(f"ratio  {ours['seconds'] / base['seconds']:.2f} wall (limit 3)")
        print(f"       {ours['cpu_seconds'] / base['cpu_seconds']:.2f} CPU")


if __name__ == "__main__":
    main()
