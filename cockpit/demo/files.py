"""Write the source files of a fictitious place, in the shape of the data contract."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from cockpit import region_code
from cockpit.contract import TABLES
from cockpit.demo import boundary, intensity, name, season, supervision, topic
from cockpit.demo.place import Place, make_place
from cockpit.demo.scale import SCALES, Format
from cockpit.demo.truth import Truth, plant
from cockpit.error import CockpitError

SQL = Path(__file__).parent / "sql"
MODULES = tuple(intensity.MODULE_SHARES)
# Tables of fact that are written straight from their query; the others are small or read again.
STREAMED = ("complaint", "complaint_event", "alert", "alert_event", "disclosure")
MEMORY_LIMIT_MB = 2500


def generate(
    scale: str,
    seed: int,
    out: Path,
    progress: Callable[[str], None],
    end: date | None = None,
    file_format: Format | None = None,
    threads: int = 2,
) -> None:
    """Write every source file, `<level>.geojson` and `truth.json` for 36 months up to `end` (yesterday) into `out`.

    The same scale, seed and end give the same rows. Files of an earlier run are replaced. Raises CockpitError for
    an unknown scale or an end outside the table of Spring Festivals.
    """
    if scale not in SCALES:
        raise CockpitError(f"没有名为“{scale}”的演示规模，可选：{'、'.join(SCALES)}。")
    size = SCALES[scale]
    end = end or date.today() - timedelta(days=1)
    days = season.calendar(end)
    out.mkdir(parents=True, exist_ok=True)
    for file in (path for table in TABLES for path in out.glob(f"{table}.*")):
        file.unlink()
    place = make_place(size, seed, progress)
    for level in region_code.LEVELS:
        codes = place.regions.loc[place.regions["level"] == level, "code"]
        boundary.write_geojson(out / f"{level}.geojson", ((code, place.shapes[code]) for code in codes))
    truth = plant(place, scale, seed, season.months(days), end)
    spill = out / ".spill"
    with duckdb.connect(
        config={"threads": threads, "memory_limit": f"{MEMORY_LIMIT_MB}MB", "temp_directory": str(spill)}
    ) as connection:
        _prepare(connection, place, truth, days)
        _write(connection, out, file_format or size.format, progress)
    shutil.rmtree(spill, ignore_errors=True)
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
        "given_names": name.GIVEN_NAMES,
        "openings": [_positional(words) for words in topic.OPENINGS],
        "closings": [_positional(words) for words in topic.CLOSINGS],
        "personal": [_positional(words) for words in topic.PERSONAL],
        "schemes": list(supervision.SCHEMES),
    }
    for variable, value in values.items():
        connection.execute(f'set variable "{variable}" = $value', {"value": value})
    connection.execute((SQL / "macro.sql").read_text(encoding="utf-8"))
    names = place.regions.set_index("code")["name"]
    village = place.villages.assign(
        town_name=place.villages["town"].map(names), county_name=place.villages["county"].map(names)
    )
    frames = {
        "region": place.regions.assign(updated_at=pd.NaT),
        "village": village,
        "day_slot": season.day_slots(days),
        "complaint_cell": cells,
        "record_cell": pd.concat(
            records[module].assign(module=module, module_no=number) for number, module in enumerate(MODULES)
        ),
        **_words(),
        **_planted(truth, village),
    }
    for table, frame in frames.items():
        connection.register("frame", frame)
        connection.execute(f'create temp table "{table}" as from frame')
        connection.unregister("frame")


def _positional(words: str) -> str:
    """Turn {village} and its like into the positions that complaint.sql fills."""
    return words.format(
        **{
            token: f"{{{position}}}"
            for position, token in enumerate(
                ("village", "group", "month", "amount", "count", "person", "digits", "digit", "four")
            )
        }
    )


def _words() -> dict[str, pd.DataFrame]:
    """Return the code lists and word lists as frames by table name."""
    departments = {title: f"{number + 1:02}" for number, title in enumerate(topic.DEPARTMENTS)}
    topics = pd.DataFrame(
        {
            "t": number,
            "i": int(entry.industry_code) - 1,
            "category": entry.category,
            "department": departments[entry.department],
            "limit_days": entry.limit_days,
            "subjects": list(entry.subjects),
            "bodies": [_positional(body) for body in entry.bodies],
        }
        for number, entry in enumerate(topic.TOPICS)
    )
    models = pd.DataFrame(asdict(model) for model in supervision.MODELS)
    models["department"] = models["department"].map(departments)
    models.insert(0, "model_no", range(len(models)))
    slots = models[["module", "variant", "model_no", "weight"]]
    slots = slots.loc[slots.index.repeat(slots["weight"])].drop(columns="weight").reset_index(drop=True)
    kind = slots.groupby(["module", "variant"])["model_no"]
    slots = slots.assign(slot=kind.cumcount(), count_slot=kind.transform("size"))
    items = pd.DataFrame(
        {"name": item, "category": category, "interval_days": supervision.INTERVALS.get(category, 365)}
        for category, titles in supervision.DISCLOSURE.items()
        for item in titles.split()
    )
    items.insert(0, "item_no", range(len(items)))
    return {
        "industry": pd.DataFrame(topic.INDUSTRIES.items(), columns=["code", "name"]).assign(
            updated_at=pd.NaT
        ),
        "department": pd.DataFrame({"code": list(departments.values()), "name": list(departments)}),
        "topic": topics,
        "industry_topic": topics.groupby("i", as_index=False).agg(
            first_topic=("t", "min"), count_topic=("t", "size")
        ),
        "event_note": pd.DataFrame(
            {"stage": stage, "notes": list(notes)} for stage, notes in topic.EVENT_NOTES.items()
        ),
        "model": models,
        "model_slot": slots,
        "disclosure_item": items.assign(
            code=[f"GK{number + 1:03}" for number in items["item_no"]], updated_at=pd.NaT
        ),
    }


def _planted(truth: Truth, village: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the queries plant as frames by table name."""
    number = village.set_index("code")["v"]
    topics = {(entry.industry_code, entry.category): t for t, entry in enumerate(topic.TOPICS)}
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
        "planted_case": case.assign(alert_id=truth.case.alert_id, raised_on=truth.case.raised_on),
    }


def _write(
    connection: duckdb.DuckDBPyConnection, out: Path, file_format: Format, progress: Callable[[str], None]
) -> None:
    """Run the queries in the order in which they read each other and write one file a table of the contract."""
    for table in (
        "record_seed",
        *MODULES,
        "alert_seed",
        "complaint_seed",
        "unit",
        "rectification",
        "rating_note",
    ):
        query = (SQL / f"{table}.sql").read_text(encoding="utf-8")
        connection.execute(f'create temp table "{table}" as {query}')
    for table, contract in TABLES.items():
        if table in STREAMED:
            source = f"({(SQL / f'{table}.sql').read_text(encoding='utf-8')})"
        else:
            source = f'"{table}"'
        columns = ", ".join(f'"{column.name}"' for column in contract.columns)
        # Identifiers come from the contract alone; the query ends without a semicolon.
        rows = connection.sql(f"select {columns} from {source} as source")  # noqa: S608
        if file_format == "csv":
            rows.write_csv(str(out / f"{table}.csv"))
        else:
            rows.write_parquet(str(out / f"{table}.parquet"), compression="zstd")
        progress(f"已写入 {contract.label}")
