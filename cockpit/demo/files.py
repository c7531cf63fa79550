"""Write the source files of a fictitious place, in the shape of the data contract."""

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from cockpit import region_code
from cockpit.contract import TABLES
from cockpit.demo import boundary, intensity, name, season, words
from cockpit.demo.place import Place, make_place
from cockpit.demo.scale import SCALES, Format
from cockpit.demo.truth import Truth, plant
from cockpit.error import CockpitError

SQL = Path(__file__).parent / "sql"
MODULES = tuple(intensity.MODULE_SHARES)
# What other queries read or is small, in the order in which it is made; the rest goes straight to its file.
KEPT = ("record_seed", *MODULES, "alert_seed", "complaint_seed", "unit", "rectification", "rating_note")
SEED_LABELS = {"record_seed": "模块记录底稿", "alert_seed": "预警底稿", "complaint_seed": "投诉底稿"}
STREAMED = (
    "complaint",
    "complaint_event",
    "alert",
    "alert_event",
    "disclosure",
    "fund_publication",
    "supervision_document",
)
MEMORY_LIMIT_MB = 2500


def generate(
    scale: str,
    seed: int,
    out: Path,
    progress: Callable[[str], None],
    end: date | None = None,
    *,
    file_format: Format | None = None,
    threads: int = 2,
) -> None:
    """Write source files, `<level>.geojson` and `truth.json` for 36 months up to `end` (yesterday).

    The same scale, seed and end give the same bytes. Files of an earlier run in `out` are replaced;
    `truth.json` comes last, so that a folder without it is unfinished. Raises CockpitError for an unknown
    scale or an end outside the table of Spring Festivals.
    """
    if scale not in SCALES:
        raise CockpitError(f"没有名为“{scale}”的演示规模，可选：{'、'.join(SCALES)}。")
    size = SCALES[scale]
    end = end or date.today() - timedelta(days=1)
    days = season.calendar(end)
    out.mkdir(parents=True, exist_ok=True)
    for file in (path for stem in (*TABLES, "truth") for path in out.glob(f"{stem}.*")):
        file.unlink()
    place = make_place(size, seed, progress)
    for level in region_code.LEVELS:
        codes = place.regions.loc[place.regions["level"] == level, "code"]
        boundary.write_geojson(out / f"{level}.geojson", ((code, place.shapes[code]) for code in codes))
    truth = plant(place, scale, seed, season.months(days), end)
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".spill-") as spill,
        duckdb.connect(
            config={"threads": threads, "memory_limit": f"{MEMORY_LIMIT_MB}MB", "temp_directory": spill}
        ) as connection,
    ):
        _prepare(connection, place, truth, days)
        _write(connection, out, file_format or size.format, progress)
    (out / "truth.json").write_text(
        json.dumps(truth.document(), ensure_ascii=False, indent=1, default=str), encoding="utf-8"
    )
    progress(f"演示数据已写入 {out}")


def _prepare(connection: duckdb.DuckDBPyConnection, place: Place, truth: Truth, days: pd.DataFrame) -> None:
    """Load what the queries start from: macros, words, places, calendar, planted truths and counts."""
    size = SCALES[truth.scale]
    cells = intensity.complaint_cells(place, truth, days, size.complaints)
    records = intensity.record_cells(place, truth, days, size.records)
    events_from = truth.start if size.event_days is None else truth.end - timedelta(days=size.event_days)
    values = {
        "seed": truth.seed,
        "as_of": datetime.combine(truth.end, time(23, 59, 59)),
        "first_day": truth.start,
        "last_day": truth.end,
        "events_from": datetime.combine(events_from, time()),
        "count_first": int(cells["k"].sum()),
        "alert_share": size.alerts / size.records * 1.03,
        "late_share": truth.late_towns[0].share,
        "surnames": list(name.SURNAMES),
        "given_names": re.findall("..", name.GIVEN_NAMES),
        "openings": [words.positional(text) for text in words.OPENINGS],
        "closings": [words.positional(text) for text in words.CLOSINGS],
        "personal": [words.positional(text) for text in words.PERSONAL],
        "schemes": words.models().query("module == 'relief'")["variant"].to_list(),
    }
    for variable, value in values.items():
        connection.execute(f'set variable "{variable}" = $value', {"value": value})
    connection.execute(_query("macro"))
    names = place.regions.set_index("code")["name"]
    village = place.villages.assign(
        town_name=place.villages["town"].map(names), county_name=place.villages["county"].map(names)
    )
    frames = {
        "region": place.regions,
        "village": village,
        "day_slot": season.day_slots(days),
        "complaint_cell": cells,
        "record_cell": pd.concat(
            records[module].assign(module=module, module_no=number) for number, module in enumerate(MODULES)
        ),
        **words.frames(),
        **_planted(truth, village),
    }
    for table, frame in frames.items():
        connection.register("frame", frame)
        connection.execute(f'create temp table "{table}" as from frame')
        connection.unregister("frame")


def _planted(truth: Truth, village: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the queries plant as frames by table name."""
    number = village.set_index("code")["v"]
    topics = words.topics().set_index(["industry_code", "category"])["t"]
    case = village.loc[village["code"] == truth.case.region_code, ["v", "code", "name", "town", "county"]]
    return {
        "recurring": pd.DataFrame(
            {
                "v": number[entry.region_code],
                "i": int(entry.industry_code) - 1,
                "t": topics[entry.industry_code, entry.category],
                "category": entry.category,
            }
            for entry in truth.recurring
        ),
        "slow": pd.DataFrame(asdict(unit) for unit in truth.slow_units),
        "late_town": pd.DataFrame({"code": [town.region_code for town in truth.late_towns]}),
        "silent": pd.DataFrame({"code": truth.silent_villages}),
        "planted_campaign": pd.DataFrame(
            {
                "region_code": campaign.region_code,
                "industry_code": campaign.industry_code,
                "started_on": campaign.from_month,
            }
            for campaign in truth.campaigns
        ),
        "planted_case": case.assign(alert_id=truth.case.alert_id, raised_on=truth.case.raised_on),
    }


def _write(
    connection: duckdb.DuckDBPyConnection, out: Path, file_format: Format, progress: Callable[[str], None]
) -> None:
    """Run the queries in the order in which they read each other and write one file a contract table."""
    for table in KEPT:
        connection.execute(f'create temp table "{table}" as {_query(table)}')
        progress(f"已生成 {SEED_LABELS[table] if table in SEED_LABELS else TABLES[table].label}")
    for table, contract in TABLES.items():
        source = f"({_query(table)})" if table in STREAMED else f'"{table}"'
        # Identifiers come from our own contract; what a query leaves out is empty.
        found = connection.sql(f"select * from {source} as source").columns  # noqa: S608
        columns = ", ".join(
            (f'"{column.name}"' if column.name in found else "null")
            + f'::{column.sql_type} as "{column.name}"'
            for column in contract.columns
        )
        rows = connection.sql(f"select {columns} from {source} as source")  # noqa: S608
        if file_format == "csv":
            rows.write_csv(str(out / f"{table}.csv"))
        else:
            rows.write_parquet(str(out / f"{table}.parquet"), compression="zstd")
        progress(f"已写入 {contract.label}")


def _query(table: str) -> str:
    return (SQL / f"{table}.sql").read_text(encoding="utf-8")
