"""Copies of the ledger: taken while it is in use, put back whole or not at all.

SQLite is copied by its own backup, PostgreSQL by pg_dump and pg_restore. The key of the audit chain is no part of
the ledger: without `secrets/audit` a copy can be neither opened nor proved.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, text

from cockpit.error import CockpitError
from cockpit.ledger import audit, store
from cockpit.ledger.store import Ledger
from cockpit.settings import Settings

NOT_WHOLE = "不是完整的台账备份"
FORGOTTEN_S = 2.0
OTHERS = (
    "select count(*) from pg_stat_activity where datname = current_database() "
    "and pid <> pg_backend_pid() and backend_type = 'client backend'"
)


def backup(ledger: Ledger, path: Path, *, who: str) -> audit.Verdict:
    """Copy the ledger to a new file of mode 0600 while it is in use, and return what its audit chain proves.

    CockpitError when the file exists, cannot be written, or PostgreSQL's programs are missing.
    """
    if path.exists():
        raise CockpitError(f"文件已存在，请另取名称：{path}")
    verdict = audit.verify(ledger)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if ledger.engine.dialect.name == "sqlite":
            _copy(Path(str(ledger.engine.url.database)), draft)
        else:
            _run(
                ledger.engine.url,
                "pg_dump",
                "--format=custom",
                "--exclude-schema=replaced_*",
                f"--file={draft}",
                _address(ledger.engine.url),
            )
        draft.replace(path)
    except OSError as error:
        raise CockpitError(f"备份写不进去：{path}（{error.strerror}）") from error
    finally:
        draft.unlink(missing_ok=True)
    audit.record(ledger, who, "ledger_backup", path.name, detail={"last": verdict.last, "hash": verdict.hash})
    return verdict


def restore(
    settings: Settings, path: Path, *, who: str, accept_broken: bool = False
) -> tuple[str, audit.Verdict]:
    """Put a copy in the ledger's place; return where the ledger before it is kept, and what the copy's chain proves.

    Everything is tried on the copy first. CockpitError when it is not whole, newer than the program, not of this
    key, its chain broken (unless accepted), or the ledger in use: then nothing has changed.
    """
    if not path.is_file():
        raise CockpitError(f"没有这个文件：{path}")
    url = store.url_of(settings)
    given = (settings, url, path, who, accept_broken)
    return _restore_sqlite(*given) if url.get_backend_name() == "sqlite" else _restore_postgresql(*given)


def faults(ledger: Ledger) -> list[str]:
    """Return what the engine itself finds wrong with its file and its foreign keys; [] when nothing."""
    if ledger.engine.dialect.name != "sqlite":
        # The server checks both by itself, at every write and read.
        return []
    with ledger.read() as connection:
        found = [str(line) for line in connection.execute(text("pragma integrity_check")).scalars()]
        loose = connection.execute(text("pragma foreign_key_check")).all()
    return [f"文件完整性：{line}" for line in found if line != "ok"] + [
        f"外键：表 {row[0]} 第 {row[1]} 行所指的 {row[2]} 不存在" for row in loose
    ]


def _copy(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment into one file."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("pragma journal_mode = delete")


def _accepted(ledger: Ledger, path: Path, who: str, replaced: str, accept_broken: bool) -> audit.Verdict:
    """Judge a copy that has been opened, and record in it that it was put back."""
    if wrong := faults(ledger):
        raise CockpitError(f"{NOT_WHOLE}：{path}（{wrong[0]}）")
    verdict = audit.verify(ledger)
    if verdict.broken is not None and not accept_broken:
        raise CockpitError(f"{verdict.sentence}未恢复；确要恢复请加 --accept-broken。")
    detail = {
        "replaced": replaced,
        "last": verdict.last,
        "hash": verdict.hash,
        "whole": verdict.broken is None,
    }
    audit.record(ledger, who, "ledger_restore", path.name, detail=detail)
    return verdict


def _restore_sqlite(
    settings: Settings, url: URL, path: Path, who: str, accept_broken: bool
) -> tuple[str, audit.Verdict]:
    place = Path(str(url.database))
    kept = place.with_name(f"{place.name}.{_stamp()}")
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(path, draft)
        with closing(sqlite3.connect(draft)) as copied:
            if not copied.execute("select 1 from sqlite_schema where name = 'alembic_version'").fetchall():
                raise CockpitError(f"{NOT_WHOLE}：{path}")
        ledger = store.opened(url.set(database=str(draft)), settings.secrets_path)
        try:
            verdict = _accepted(ledger, path, who, kept.name, accept_broken)
        finally:
            ledger.engine.dispose()
        with closing(sqlite3.connect(draft)) as copied:
            copied.execute("pragma journal_mode = delete")
        store.close(url)
        with _alone(place):
            for end in ("", "-wal", "-shm"):
                left = place.with_name(place.name + end)
                if left.exists():
                    left.rename(kept.with_name(kept.name + end))
            draft.rename(place)
    except sqlite3.Error as error:
        raise CockpitError(f"{NOT_WHOLE}：{path}") from error
    except OSError as error:
        raise CockpitError(f"恢复时文件无法读写：{error.filename}（{error.strerror}）") from error
    finally:
        for end in ("", "-wal", "-shm"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)
    return str(kept) if kept.exists() else "", verdict


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold a ledger's file while nobody else has it open; CockpitError when somebody has."""
    if not place.exists():
        yield
        return
    with closing(sqlite3.connect(place, timeout=1, isolation_level=None)) as connection:
        try:
            # Refused while any other connection is open, be it idle; and leaves no journal behind.
            connection.execute("pragma journal_mode = delete")
            connection.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise CockpitError("台账正被其他程序打开，请先停止服务再恢复。") from error
        except sqlite3.DatabaseError:
            # Broken, which is why a copy is put in its place.
            pass
        yield


def _others(connection: Connection) -> int:
    """Return how many others are connected: of those just closed here the server knows a moment longer."""
    until = time.monotonic() + FORGOTTEN_S
    while (count := connection.execute(text(OTHERS)).scalar_one()) and time.monotonic() < until:
        time.sleep(0.05)
        # What it says stays the same within a transaction otherwise.
        connection.execute(text("select pg_stat_clear_snapshot()"))
    return int(count)


def _restore_postgresql(
    settings: Settings, url: URL, path: Path, who: str, accept_broken: bool
) -> tuple[str, audit.Verdict]:
    _run(url, "pg_restore", "--list", str(path))
    kept = f"replaced_{_stamp()}"
    store.close(url)
    engine = store.engine_of(url)
    holder = Ledger(engine)
    try:
        with holder.write() as connection:
            if others := _others(connection):
                raise CockpitError(f"台账正被其他程序打开（{others} 个连接），请先停止服务再恢复。")
            schema = connection.execute(text("select current_schema()")).scalar_one()
            connection.execute(text(f'alter schema "{schema}" rename to {kept}'))
            connection.execute(text(f'create schema "{schema}"'))
        try:
            _run(
                url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
                f"--dbname={_address(url)}", str(path),
            )  # fmt: skip
            ledger = store.opened(url, settings.secrets_path)
            try:
                verdict = _accepted(ledger, path, who, kept, accept_broken)
            finally:
                ledger.engine.dispose()
        except BaseException:
            with holder.write() as connection:
                connection.execute(text(f'drop schema "{schema}" cascade'))
                connection.execute(text(f'alter schema {kept} rename to "{schema}"'))
            raise
    finally:
        engine.dispose()
    return f"schema {kept}", verdict


def _address(url: URL) -> str:
    """Return the address as PostgreSQL's programs take it, without the password: arguments can be seen by all."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(url: URL, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; CockpitError when it is missing or does not succeed."""
    found = shutil.which(program)
    if found is None:
        raise CockpitError(f"本机没有 {program}：请安装 PostgreSQL 客户端程序，或由数据库管理员备份和恢复。")
    variables = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603
        [found, *arguments], env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["？"])[-1]
        raise CockpitError(f"{program} 未能完成：{last}")


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
