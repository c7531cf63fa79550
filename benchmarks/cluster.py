"""Time and peak memory of comparing texts in a build: the first time, with nothing new, with a day of new ones.

`python -m benchmarks.cluster --texts 300000 --characters 300` makes texts of common and rare words; one in ten
tells again, in other words, what another of its place told within weeks before. It prints how many of these were
found too.
"""

import argparse
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.build import measured
from cockpit.settings import Settings
from cockpit.warehouse.build import build
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql

_YEARS = 5
_AGAIN = 0.1


def make_texts(count: int, characters: int, places: int) -> pd.DataFrame:
    """Return texts in order of time: id, region_code, received_at, text, and `again`, the id told again."""
    rng = np.random.default_rng(1)
    letters = np.array([chr(code) for code in range(0x4E00, 0x4E00 + 3500)])
    vocabulary = np.array(["".join(rng.choice(letters, 2)) for _ in range(30_000)])
    rarity = 1 / np.arange(10, 10 + len(vocabulary))
    length = np.maximum(4, rng.lognormal(np.log(characters / 2), 0.6, count).astype(int))
    draws = np.split(
        rng.choice(len(vocabulary), length.sum(), p=rarity / rarity.sum()).astype(np.int32),
        np.cumsum(length)[:-1],
    )
    day = np.sort(rng.uniform(0, 365 * _YEARS, count))
    place = (places * rng.random(count) ** 1.5).astype(int)
    again = np.full(count, -1)
    # A place's texts told within about sixty days before.
    within = max(1, int(60 / (365 * _YEARS) * count))
    for one in np.flatnonzero(rng.random(count) < _AGAIN):
        before = np.arange(max(0, one - within), one)
        near = before[place[before] == place[one]]
        if len(near):
            again[one] = rng.choice(near)
            kept = draws[again[one]]
            draws[one] = np.where(rng.random(len(kept)) < 0.75, kept, rng.permutation(kept))
    ids = np.array([f"T{number:08}" for number in range(count)])
    return pd.DataFrame(
        {
            "id": ids,
            "region_code": [
                f"9901{number // 900 + 1:02}{number // 30 % 30 + 1:03}{number % 30 + 1:03}"
                for number in place
            ],
            "received_at": pd.Timestamp("2021-11-20") + pd.to_timedelta(day, unit="D"),
            "text": ["".join(vocabulary[drawn]) for drawn in draws],
            "again": np.where(again >= 0, ids[again], ""),
        }
    )


def make_warehouse(settings: Settings, texts: pd.DataFrame) -> None:
    """Write the raw tables: the texts, and the regions they lie in."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create schema raw")
        for name in RAW_TABLES:
            connection.execute(create_table_sql(name))
        connection.register("texts", texts)
        connection.execute(
            "insert into raw.region (code, name) select distinct rpad(left(region_code, digits), 12, '0'), '地'"
            " from texts cross join (values (2), (4), (6), (9), (12)) as prefix (digits)"
        )
    add(settings, texts)


def add(settings: Settings, texts: pd.DataFrame) -> None:
    """Add complaints."""
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.register("texts", texts)
        connection.execute(
            "insert into raw.complaint (id, region_code, received_at, text, writer)"
            " select id, region_code, received_at, text, id from texts"
        )


def compare(settings: Settings) -> tuple[Path, float]:
    """Build and return the snapshot and the seconds from the mart complaint to the end of the comparison."""
    at = {"begun": 0.0, "done": 0.0}

    def progress(line: str) -> None:
        if line.startswith("已生成 complaint："):
            at["begun"] = time.perf_counter()
        elif line.startswith("已比较"):
            at["done"] = time.perf_counter()
            print(f"    {line}", flush=True)

    return build(settings, progress), at["done"] - at["begun"]


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=30_000)
    parser.add_argument("--characters", type=int, default=300, help="a typical text's")
    parser.add_argument("--places", type=int, default=3_000)
    options = parser.parse_args()
    texts = make_texts(options.texts, options.characters, options.places)
    print(f"{len(texts):,} texts, {texts['text'].str.len().sum():,} characters")
    last_day = texts["received_at"] >= texts["received_at"].max().floor("D")
    with tempfile.TemporaryDirectory(prefix="bench-cluster-") as folder:
        settings = Settings(home=Path(folder))
        make_warehouse(settings, texts[~last_day])
        for name in ("first", "nothing new", "a day more"):
            if name == "a day more":
                add(settings, texts[last_day])
            run = measured(compare, settings)
            path, seconds = run["result"]
            print(
                f"{name:12} compared in {seconds:7.1f} s, build {run['seconds']:7.1f} s"
                f" ({run['cpu_seconds']:.1f} s CPU), peak {run['peak_mib']:7.0f} MiB"
            )
        told = texts.loc[texts["again"] != "", ["id", "again"]]
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.register("told", told)
            [(found, links)] = connection.execute(
                "select (select count(*) from told join complaint_link as link"
                " on told.id = link.id and told.again = link.other_id), (select count(*) from complaint_link)"
            ).fetchall()
        print(f"told again: {len(told):,}, of these linked {found:,}; all links {links:,}")


if __name__ == "__main__":
    main()
