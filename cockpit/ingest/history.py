"""What has been loaded and when: the log of loads, and how fresh each source is against its promise."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest.store import is_locked
from cockpit.settings import Settings
from cockpit.warehouse.failure import reason

LOCAL = ZoneInfo("Asia/Shanghai")
ROWS_MAX = 1000
WAIT_SECONDS = 0.5
Punctuality = Literal["on_time", "late", "never", "unpromised"]


@dataclass(frozen=True)
class History:
    """The last loads, newest first, and the last load of each table that accepted a row; times are UTC.

    `is_behind`: a load holds the warehouse, so this is what was there before it.
    """

    loads: pd.DataFrame
    latest: dict[str, datetime]
    is_behind: bool = False


@dataclass(frozen=True)
class Freshness:
    """Whether a source came as promised: `days_late` counts from the day it was due."""

    punctuality: Punctuality
    days_late: int = 0

    @property
    def is_silent(self) -> bool:
        """Tell whether a promised source has not come."""
        return self.punctuality in ("late", "never")


_COLUMNS = (
    "load_id, loaded_at, loaded_by, file, table_name, profile, "
    "count_read, count_accepted, count_rejected, count_unchanged"
)
# What was read last of each warehouse, and the state of the file it was read in.
_last: dict[Path, tuple[tuple[int, ...], History]] = {}


def history(settings: Settings) -> History:
    """Return the log of loads; an empty one before the first load.

    While a load holds the warehouse: what was read before it, marked so. CockpitError when nothing was, or
    the file cannot be read.
    """
    path = settings.warehouse_path
    state = _state(path)
    known = _last.get(path)
    if not state:
        return History(pd.DataFrame(columns=_COLUMNS.split(", ")), {})
    if known is not None and known[0] == state:
        return known[1]
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            found = _read(path)
        except duckdb.CatalogException:
            found = History(pd.DataFrame(columns=_COLUMNS.split(", ")), {})
        except (OSError, duckdb.Error) as error:
            if not is_locked(error):
                raise CockpitError(f"装载记录读不出来：{reason(error)}。") from error
            if time.monotonic() < until:
                time.sleep(0.1)
                continue
            if known is None:
                raise CockpitError("数据仓库正在写入，装载记录要等导入结束才能查看。") from error
            return replace(known[1], is_behind=True)
        _last[path] = (state, found)
        return found


def _state(path: Path) -> tuple[int, ...]:
    """Return what tells versions of the warehouse apart: nothing when there is none."""
    if not path.exists():
        return ()
    files = [file.stat() for file in (path, path.with_name(f"{path.name}.wal")) if file.exists()]
    return tuple(number for stat in files for number in (stat.st_mtime_ns, stat.st_size))


def _read(path: Path) -> History:
    with duckdb.connect(path, read_only=True, config={"threads": 1, "memory_limit": "256MB"}) as connection:
        loads = connection.execute(
            f"select {_COLUMNS} from raw.load order by loaded_at desc, load_id, table_name limit $rows",
            {"rows": ROWS_MAX},
        ).df()
        latest = connection.execute(
            "select table_name, max(loaded_at) from raw.load where count_accepted > 0 group by table_name"
        ).fetchall()
    return History(loads, {table: loaded_at.replace(tzinfo=UTC) for table, loaded_at in latest})


def freshness(loaded_at: datetime | None, interval_days: int | None, now: datetime) -> Freshness:
    """Return how a source stands that was loaded at a time and is promised every so many days.

    Days are those of the calendar here: loaded on the 1st and promised every 7 days, it is due through the
    8th and one day late on the 9th.
    """
    if interval_days is None:
        return Freshness("unpromised")
    if loaded_at is None:
        return Freshness("never")
    due = loaded_at.astimezone(LOCAL).date() + timedelta(days=interval_days)
    late = (now.astimezone(LOCAL).date() - due).days
    return Freshness("late", late) if late > 0 else Freshness("on_time")


def standing(
    latest: Mapping[str, datetime], promised: Mapping[str, int], now: datetime
) -> dict[str, Freshness]:
    """Return how every source table stands, those that are silent first; a table never loaded is not in `latest`."""
    found = {table: freshness(latest.get(table), promised.get(table), now) for table in TABLES}
    return dict(sorted(found.items(), key=lambda one: (not one[1].is_silent, -one[1].days_late)))


def rejects_of(settings: Settings, load_id: str) -> list[Path]:
    """Return the files of rows that a load did not accept, by name; those cleared away are not among them."""
    return sorted(path for path in settings.rejects_path.glob("*.csv") if path.name.startswith(f"{load_id}_"))


def read_rejects(path: Path) -> pd.DataFrame:
    """Return file, row, columns, masked values and reasons of rejected rows as texts, and nothing else of them."""
    try:
        return pd.read_csv(path, dtype=str, usecols=range(5), keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CockpitError("被拒绝行的文件已不在，或读不出来。") from error
