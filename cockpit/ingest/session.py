"""What the parts of one load share: the connection, the clock, the reports and where rejects go."""

import csv
import getpass
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from cockpit.settings import Settings

LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Report:
    """What became of the rows of one file in one table; accepted + rejected = read.

    Accepted rows are new, replace an older one, are unchanged, or are outdated and kept out.
    """

    file: Path
    table: str
    count_read: int
    count_accepted: int
    count_rejected: int
    count_unchanged: int
    count_new: int = 0
    count_replaced: int = 0
    count_outdated: int = 0
    rejects_path: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Load:
    """What all files of one call share."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    progress: Callable[[str], None]
    load_id: str
    loaded_at: datetime
    scratch: Path
    rejects: list[Path]

    def __post_init__(self) -> None:
        """Set the clock of the session."""
        self.connection.execute(
            "set variable latest = $latest::timestamp", {"latest": self.local + timedelta(days=1)}
        )

    @property
    def local(self) -> datetime:
        """The time of the load as local time without zone."""
        return self.loaded_at.astimezone(LOCAL).replace(tzinfo=None)

    def one(self, sql: str, parameters: dict[str, object] | None = None) -> tuple[int, ...]:
        """Return the single row of a query of counts."""
        row = self.connection.execute(sql, parameters).fetchone()
        return row or ()

    def write_rejects(self, table_name: str, headers: list[str]) -> Path:
        """Write the temporary table `reject` as a file that spreadsheets open."""
        path = self.settings.rejects_path / f"{self.load_id}_{table_name}.csv"
        number = 1
        while path in self.rejects:
            number += 1
            path = path.with_name(f"{self.load_id}_{table_name}_{number}.csv")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.rejects.append(path)
        body = self.scratch / path.name
        self.connection.table("reject").write_csv(str(body), header=False)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(headers)
        with path.open("ab") as file, body.open("rb") as rows:
            shutil.copyfileobj(rows, file)
        body.unlink()
        return path

    def record(self, report: Report, profile_name: str) -> None:
        self.connection.execute(
            "insert into raw.load values ($load_id, $loaded_at, $loaded_by, $file, $table_name, $profile, "
            "$count_read, $count_accepted, $count_rejected, $count_unchanged)",
            {
                "load_id": self.load_id,
                "loaded_at": self.loaded_at.replace(tzinfo=None),
                "loaded_by": _user(),
                "file": str(report.file),
                "table_name": report.table,
                "profile": profile_name,
                "count_read": report.count_read,
                "count_accepted": report.count_accepted,
                "count_rejected": report.count_rejected,
                "count_unchanged": report.count_unchanged,
            },
        )


def _user() -> str:
    """Return who loads; an account without a name is its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
