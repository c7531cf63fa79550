"""What the parts of one load share: the connection, the clock, the reports and where rejects go."""

import csv
import getpass
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from cockpit.settings import Settings

LOCAL = ZoneInfo("Asia/Shanghai")
FIRST_REJECTS = 20
VALUE_LENGTH_MAX = 60


@dataclass(frozen=True)
class Reject:
    """One row that was not accepted: its number in the file, columns, masked values, reasons."""

    row: int
    columns: str
    value: str
    reason: str


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
    first_rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Load:
    """What all files of one call share; a trial keeps nothing.

    `step` is told how many of how many stages are done; `stages` is how many there will be.
    """

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    progress: Callable[[str], None]
    load_id: str
    loaded_at: datetime
    scratch: Path
    rejects: list[Path]
    loaded_by: str
    is_trial: bool = False
    step: Callable[[int, int], None] = lambda _done, _total: None
    stages: int = field(default=0, init=False)
    done: int = field(default=0, init=False)

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

    def stage(self, text: str) -> None:
        """Tell which stage begins, and how many are done."""
        self.progress(text)
        self.step(self.done, self.stages)
        self.done += 1

    def first_rejects(self) -> tuple[Reject, ...]:
        """Return the first rows of the temporary table `reject`, long values cut."""
        rows = self.connection.execute(f"from reject order by row limit {FIRST_REJECTS}").fetchall()
        return tuple(
            Reject(
                int(row[1]),
                row[2],
                row[3] if len(row[3]) <= VALUE_LENGTH_MAX else f"{row[3][:VALUE_LENGTH_MAX]}…",
                row[4],
            )
            for row in rows
        )

    def write_rejects(self, table_name: str, headers: list[str]) -> Path | None:
        """Write the temporary table `reject` as a file that spreadsheets open; None in a trial."""
        if self.is_trial:
            return None
        path = self.settings.rejects_path / f"{self.load_id}_{table_name}.csv"
        number = 1
        while path in self.rejects:
            number += 1
            path = path.with_name(f"{self.load_id}_{table_name}_{number}.csv")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.rejects.append(path)
        path.touch(mode=0o600)
        body = self.scratch / path.name
        self.connection.table("reject").write_csv(str(body), header=False)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(headers)
        with path.open("ab") as file, body.open("rb") as rows:
            shutil.copyfileobj(rows, file)
        body.unlink()
        return path

    def record(self, report: Report, profile_name: str) -> None:
        """Keep a report in the log of loads."""
        self.progress(
            f"{report.file.name}：读取 {report.count_read:,} 行，接受 {report.count_accepted:,}，"
            f"拒绝 {report.count_rejected:,}，未变 {report.count_unchanged:,}"
        )
        self.connection.execute(
            "insert into raw.load values ($load_id, $loaded_at, $loaded_by, $file, $table_name, $profile, "
            "$count_read, $count_accepted, $count_rejected, $count_unchanged)",
            {
                "load_id": self.load_id,
                "loaded_at": self.loaded_at.replace(tzinfo=None),
                "loaded_by": self.loaded_by,
                "file": str(report.file),
                "table_name": report.table,
                "profile": profile_name,
                "count_read": report.count_read,
                "count_accepted": report.count_accepted,
                "count_rejected": report.count_rejected,
                "count_unchanged": report.count_unchanged,
            },
        )


def user() -> str:
    """Return who loads; an account without a name is its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
